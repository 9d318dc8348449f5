"""Wrong answers to NB1, each with the sentence a tutor would say."""

import math

import torch
import torch.nn.functional as F
from torch import distributions as D
from torch import nn

from genweek.making.variants import mistake

# ---- Encoder.forward ----


@mistake("nb1.Encoder.forward", "You flattened the batch axis as well: every image must stay a row of its own.")
def flattens_the_batch_too(self, x):
    h = F.relu(self.fc1(x.flatten()))
    h = F.relu(self.fc2(h))
    return self.to_mu(h), self.to_log_var(h)


@mistake("nb1.Encoder.forward", "A linear layer reads vectors of 784 numbers: flatten each image before the first one.")
def does_not_flatten(self, x):
    h = F.relu(self.fc1(x))
    h = F.relu(self.fc2(h))
    return self.to_mu(h), self.to_log_var(h)


@mistake("nb1.Encoder.forward", "A linear layer reads vectors of 784 numbers: flatten each image before the first one.")
def only_removes_the_channel(self, x):
    h = F.relu(self.fc1(x.squeeze(1)))
    h = F.relu(self.fc2(h))
    return self.to_mu(h), self.to_log_var(h)


@mistake("nb1.Encoder.forward", "`squeeze` without an axis also removes the batch axis when the batch has one image.")
def squeezes_a_batch_of_one(self, x):
    h = F.relu(self.fc1(x.squeeze().flatten(-2)))
    h = F.relu(self.fc2(h))
    mu, log_var = self.to_mu(h), self.to_log_var(h)
    return mu.view(len(x), *mu.shape[1:]), log_var


@mistake("nb1.Encoder.forward", "Reshape to (B, 784), not (784, B) and back: a transpose mixes pixels of different images.")
def mixes_images(self, x):
    h = F.relu(self.fc1(x.reshape(784, -1).T))
    h = F.relu(self.fc2(h))
    return self.to_mu(h), self.to_log_var(h)


@mistake("nb1.Encoder.forward", "Each image is transposed on its way in: keep rows and columns in their order.")
def transposes_images(self, x):
    h = F.relu(self.fc1(x.transpose(2, 3).flatten(1)))
    h = F.relu(self.fc2(h))
    return self.to_mu(h), self.to_log_var(h)


@mistake("nb1.Encoder.forward", "No ReLU after the heads: mean and log-variance may both be negative.")
def relu_on_both_heads(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    h = F.relu(self.fc2(h))
    return F.relu(self.to_mu(h)), F.relu(self.to_log_var(h))


@mistake("nb1.Encoder.forward", "A ReLU on log_var forbids every variance below 1; the logarithm may be negative.")
def relu_on_log_var(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    h = F.relu(self.fc2(h))
    return self.to_mu(h), F.relu(self.to_log_var(h))


@mistake("nb1.Encoder.forward", "A ReLU on mu forbids half of the latent space: a mean may be negative.")
def relu_on_mu(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    h = F.relu(self.fc2(h))
    return F.relu(self.to_mu(h)), self.to_log_var(h)


@mistake("nb1.Encoder.forward", "A softplus on log_var forbids every variance below 1; log_var needs no constraint.")
def softplus_on_log_var(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    h = F.relu(self.fc2(h))
    return self.to_mu(h), F.softplus(self.to_log_var(h))


@mistake("nb1.Encoder.forward", "tanh confines the heads to (-1, 1); both should be free to take any value.")
def tanh_on_heads(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    h = F.relu(self.fc2(h))
    return torch.tanh(self.to_mu(h)), torch.tanh(self.to_log_var(h))


@mistake("nb1.Encoder.forward", "A sigmoid confines log_var to (0, 1); the log of a variance may be any number.")
def sigmoid_on_log_var(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    h = F.relu(self.fc2(h))
    return self.to_mu(h), torch.sigmoid(self.to_log_var(h))


@mistake("nb1.Encoder.forward", "You return the standard deviation; the second output is the log of the variance.")
def returns_the_standard_deviation(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    h = F.relu(self.fc2(h))
    return self.to_mu(h), torch.exp(0.5 * self.to_log_var(h))


@mistake("nb1.Encoder.forward", "You return the variance; leave the second output in log space, as the head gives it.")
def returns_the_variance(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    h = F.relu(self.fc2(h))
    return self.to_mu(h), self.to_log_var(h).exp()


@mistake("nb1.Encoder.forward", "The head's output IS log_var already: do not take another logarithm.")
def takes_the_logarithm(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    h = F.relu(self.fc2(h))
    return self.to_mu(h), self.to_log_var(h).log()


@mistake("nb1.Encoder.forward", "Mean first, log-variance second: your two outputs are in the other order.")
def swaps_the_outputs(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    h = F.relu(self.fc2(h))
    return self.to_log_var(h), self.to_mu(h)


@mistake("nb1.Encoder.forward", "Both outputs come from to_mu: log_var has a head of its own.")
def uses_the_mean_head_twice(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    h = F.relu(self.fc2(h))
    return self.to_mu(h), self.to_mu(h)


@mistake("nb1.Encoder.forward", "Both outputs come from to_log_var: the mean has a head of its own.")
def uses_the_log_var_head_twice(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    h = F.relu(self.fc2(h))
    return self.to_log_var(h), self.to_log_var(h)


@mistake("nb1.Encoder.forward", "Without a ReLU between them, two linear layers are one linear layer.")
def forgets_both_relus(self, x):
    h = self.fc2(self.fc1(x.flatten(1)))
    return self.to_mu(h), self.to_log_var(h)


@mistake("nb1.Encoder.forward", "The ReLU after the second hidden layer is missing.")
def forgets_the_second_relu(self, x):
    h = self.fc2(F.relu(self.fc1(x.flatten(1))))
    return self.to_mu(h), self.to_log_var(h)


@mistake("nb1.Encoder.forward", "The ReLU after the first hidden layer is missing.")
def forgets_the_first_relu(self, x):
    h = F.relu(self.fc2(self.fc1(x.flatten(1))))
    return self.to_mu(h), self.to_log_var(h)


@mistake("nb1.Encoder.forward", "The second hidden layer, fc2, is never used.")
def skips_a_layer(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    return self.to_mu(h), self.to_log_var(h)


@mistake("nb1.Encoder.forward", "log_var reads the first hidden layer: both heads read the second one.")
def log_var_from_the_first_layer(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    return self.to_mu(F.relu(self.fc2(h))), self.to_log_var(h)


@mistake("nb1.Encoder.forward", "The hidden layers use tanh; the exercise asks for ReLU.")
def tanh_hidden(self, x):
    h = torch.tanh(self.fc1(x.flatten(1)))
    h = torch.tanh(self.fc2(h))
    return self.to_mu(h), self.to_log_var(h)


@mistake("nb1.Encoder.forward", "The hidden layers use a sigmoid; the exercise asks for ReLU.")
def sigmoid_hidden(self, x):
    h = torch.sigmoid(self.fc1(x.flatten(1)))
    h = torch.sigmoid(self.fc2(h))
    return self.to_mu(h), self.to_log_var(h)


@mistake("nb1.Encoder.forward", "Only mu comes back: return log_var as well.")
def returns_mu_alone(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    return self.to_mu(F.relu(self.fc2(h)))


@mistake("nb1.Encoder.forward", "Return two tensors, not one that holds both: they are unpacked as `mu, log_var`.")
def concatenates_the_outputs(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    h = F.relu(self.fc2(h))
    return torch.cat([self.to_mu(h), self.to_log_var(h)], dim=-1)


@mistake("nb1.Encoder.forward", "The outputs are computed but not returned: the function needs a `return`.")
def returns_nothing(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    h = F.relu(self.fc2(h))
    self.mu, self.log_var = self.to_mu(h), self.to_log_var(h)


@mistake(
    "nb1.Encoder.forward",
    "No gradient reaches the encoder: nothing in a forward pass should detach, or switch gradients off.",
)
def without_gradients(self, x):
    with torch.no_grad():
        h = F.relu(self.fc1(x.flatten(1)))
        h = F.relu(self.fc2(h))
        return self.to_mu(h), self.to_log_var(h)


@mistake("nb1.Encoder.forward", "The hidden layers are cut off from the gradient: only the heads would learn.")
def detaches_the_hidden_layer(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    h = F.relu(self.fc2(h)).detach()
    return self.to_mu(h), self.to_log_var(h)


@mistake("nb1.Encoder.forward", "log_var is detached, so its head never learns.")
def detaches_log_var(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    h = F.relu(self.fc2(h))
    return self.to_mu(h), self.to_log_var(h).detach()


@mistake("nb1.Encoder.forward", "Keep the batch axis: you average over the images, so all would share one code.")
def averages_over_the_batch(self, x):
    h = F.relu(self.fc1(x.flatten(1)))
    h = F.relu(self.fc2(h)).mean(0, keepdim=True)
    return self.to_mu(h), self.to_log_var(h)


# ---- Decoder.forward ----


@mistake("nb1.Decoder.forward", "Return logits, not probabilities: the loss applies the sigmoid itself.")
def sigmoid_on_the_output(self, z):
    h = F.relu(self.fc1(z))
    h = F.relu(self.fc2(h))
    return torch.sigmoid(self.to_logits(h)).view(-1, 1, 28, 28)


@mistake(
    "nb1.Decoder.forward", "A ReLU on the logits forbids every probability below one half: paper could never be likely."
)
def relu_on_the_output(self, z):
    h = F.relu(self.fc1(z))
    h = F.relu(self.fc2(h))
    return F.relu(self.to_logits(h)).view(-1, 1, 28, 28)


@mistake("nb1.Decoder.forward", "tanh confines the logits to (-1, 1): no pixel could ever be certain.")
def tanh_on_the_output(self, z):
    h = F.relu(self.fc1(z))
    h = F.relu(self.fc2(h))
    return torch.tanh(self.to_logits(h)).view(-1, 1, 28, 28)


@mistake("nb1.Decoder.forward", "The pixels are independent coins, not 784 answers to one question: no softmax.")
def softmax_on_the_output(self, z):
    h = F.relu(self.fc1(z))
    h = F.relu(self.fc2(h))
    return torch.softmax(self.to_logits(h), dim=-1).view(-1, 1, 28, 28)


@mistake("nb1.Decoder.forward", "These are log-probabilities of ink; the logit is the log of the odds.")
def log_sigmoid_on_the_output(self, z):
    h = F.relu(self.fc1(z))
    h = F.relu(self.fc2(h))
    return F.logsigmoid(self.to_logits(h)).view(-1, 1, 28, 28)


@mistake("nb1.Decoder.forward", "Return the logits as they are: rounding or thresholding leaves nothing to learn from.")
def returns_bits(self, z):
    h = F.relu(self.fc1(z))
    h = F.relu(self.fc2(h))
    return (self.to_logits(h) > 0).float().view(-1, 1, 28, 28)


@mistake("nb1.Decoder.forward", "The logits are still a row of 784 numbers: give them the shape of an image.")
def stays_flat(self, z):
    h = F.relu(self.fc1(z))
    h = F.relu(self.fc2(h))
    return self.to_logits(h)


@mistake("nb1.Decoder.forward", "The channel axis is missing: an image has the shape (1, 28, 28).")
def without_a_channel(self, z):
    h = F.relu(self.fc1(z))
    h = F.relu(self.fc2(h))
    return self.to_logits(h).view(-1, 28, 28)


@mistake("nb1.Decoder.forward", "The channel comes before height and width: (B, 1, 28, 28).")
def channel_last(self, z):
    h = F.relu(self.fc1(z))
    h = F.relu(self.fc2(h))
    return self.to_logits(h).view(-1, 28, 28, 1)


@mistake("nb1.Decoder.forward", "A fixed batch size of 1 breaks as soon as there are several images.")
def shaped_for_one_image(self, z):
    h = F.relu(self.fc1(z))
    h = F.relu(self.fc2(h))
    return self.to_logits(h).view(1, 1, 28, 28)


@mistake("nb1.Decoder.forward", "A fixed batch size breaks on the last batch: let it follow from the input.")
def shaped_for_a_fixed_batch(self, z):
    h = F.relu(self.fc1(z))
    h = F.relu(self.fc2(h))
    return self.to_logits(h).view(50, 1, 28, 28)


@mistake("nb1.Decoder.forward", "The channel axis is in the batch's place: (B, 1, 28, 28), not (1, B, 28, 28).")
def batch_and_channel_swapped(self, z):
    h = F.relu(self.fc1(z))
    h = F.relu(self.fc2(h))
    return self.to_logits(h).view(1, -1, 28, 28)


@mistake("nb1.Decoder.forward", "Rows and columns are swapped: your images lie on their side.")
def transposed_images(self, z):
    h = F.relu(self.fc1(z))
    h = F.relu(self.fc2(h))
    return self.to_logits(h).view(-1, 1, 28, 28).transpose(2, 3)


@mistake("nb1.Decoder.forward", "The transpose before the reshape spreads each image's pixels over several images.")
def mixed_images(self, z):
    h = F.relu(self.fc1(z))
    h = F.relu(self.fc2(h))
    return self.to_logits(h).T.reshape(-1, 1, 28, 28)


@mistake("nb1.Decoder.forward", "The second hidden layer, fc2, is never used.")
def skips_a_layer(self, z):
    h = F.relu(self.fc1(z))
    return self.to_logits(h).view(-1, 1, 28, 28)


@mistake("nb1.Decoder.forward", "Without a ReLU between them, three linear layers are one linear layer.")
def forgets_both_relus(self, z):
    return self.to_logits(self.fc2(self.fc1(z))).view(-1, 1, 28, 28)


@mistake("nb1.Decoder.forward", "The ReLU after the second hidden layer is missing.")
def forgets_the_second_relu(self, z):
    return self.to_logits(self.fc2(F.relu(self.fc1(z)))).view(-1, 1, 28, 28)


@mistake("nb1.Decoder.forward", "The ReLU after the first hidden layer is missing.")
def forgets_the_first_relu(self, z):
    return self.to_logits(F.relu(self.fc2(self.fc1(z)))).view(-1, 1, 28, 28)


@mistake("nb1.Decoder.forward", "A ReLU on z throws away every negative latent: apply it after a layer, not before.")
def relu_on_the_latents(self, z):
    h = F.relu(self.fc1(F.relu(z)))
    h = F.relu(self.fc2(h))
    return self.to_logits(h).view(-1, 1, 28, 28)


@mistake("nb1.Decoder.forward", "The hidden layers use tanh; the exercise asks for ReLU.")
def tanh_hidden(self, z):
    h = torch.tanh(self.fc1(z))
    h = torch.tanh(self.fc2(h))
    return self.to_logits(h).view(-1, 1, 28, 28)


@mistake(
    "nb1.Decoder.forward",
    "No gradient passes the decoder: nothing in a forward pass should detach, or switch gradients off.",
)
def without_gradients(self, z):
    h = F.relu(self.fc1(z))
    h = F.relu(self.fc2(h))
    return self.to_logits(h).view(-1, 1, 28, 28).detach()


@mistake("nb1.Decoder.forward", "The hidden layers are cut off from the gradient: only the last layer would learn.")
def detaches_the_hidden_layer(self, z):
    h = F.relu(self.fc1(z))
    h = F.relu(self.fc2(h))
    return self.to_logits(h.data).view(-1, 1, 28, 28)


@mistake("nb1.Decoder.forward", "The logits are computed but not returned: the function needs a `return`.")
def returns_nothing(self, z):
    h = F.relu(self.fc1(z))
    h = F.relu(self.fc2(h))
    self.to_logits(h).view(-1, 1, 28, 28)


# ---- sample_z ----


@mistake("nb1.sample_z", "exp(log_var) is the variance; the noise is stretched by the standard deviation.")
def variance_for_standard_deviation(mu, log_var):
    return mu + torch.randn_like(mu) * log_var.exp()


@mistake("nb1.sample_z", "log_var is a logarithm, and often negative: exponentiate half of it.")
def log_var_for_standard_deviation(mu, log_var):
    return mu + torch.randn_like(mu) * log_var


@mistake("nb1.sample_z", "Half of log_var is the logarithm of sigma: the exponential is missing.")
def log_sigma_for_standard_deviation(mu, log_var):
    return mu + torch.randn_like(mu) * 0.5 * log_var


@mistake("nb1.sample_z", "The root of the log-variance is not the standard deviation, and NaN when log_var is negative.")
def root_of_log_var(mu, log_var):
    return mu + torch.randn_like(mu) * log_var.sqrt()


@mistake("nb1.sample_z", "The half belongs inside the exponent: half of the variance is not its root.")
def half_outside_the_exponent(mu, log_var):
    return mu + torch.randn_like(mu) * (log_var.exp() * 0.5)


@mistake("nb1.sample_z", "You doubled log_var where it should be halved.")
def twice_the_log_var(mu, log_var):
    return mu + torch.randn_like(mu) * (2 * log_var).exp()


@mistake("nb1.sample_z", "You halved log_var once too often: that is the root of sigma.")
def root_of_sigma(mu, log_var):
    return mu + torch.randn_like(mu) * (0.25 * log_var).exp()


@mistake("nb1.sample_z", "The sign of the exponent is wrong: a large log_var must mean much noise.")
def inverse_sigma(mu, log_var):
    return mu + torch.randn_like(mu) * (-0.5 * log_var).exp()


@mistake("nb1.sample_z", "`rand` is uniform between 0 and 1; the noise is standard normal.")
def uniform_noise(mu, log_var):
    return mu + torch.rand_like(mu) * (0.5 * log_var).exp()


@mistake("nb1.sample_z", "Uniform noise of mean 0 is still not normal: its spread and its tails differ.")
def centred_uniform_noise(mu, log_var):
    return mu + (2 * torch.rand_like(mu) - 1) * (0.5 * log_var).exp()


@mistake("nb1.sample_z", "Mean and spread are right, but the shape is not: the noise is normal, not uniform.")
def uniform_noise_of_unit_variance(mu, log_var):
    return mu + (torch.rand_like(mu) - 0.5) * math.sqrt(12) * (0.5 * log_var).exp()


@mistake("nb1.sample_z", "One noise vector is shared by the whole batch: every image needs its own.")
def noise_shared_by_the_batch(mu, log_var):
    return mu + torch.randn(mu.shape[-1]) * (0.5 * log_var).exp()


@mistake("nb1.sample_z", "One number per image moves all of its latents together: draw noise with the full shape of mu.")
def noise_shared_by_the_latents(mu, log_var):
    return mu + torch.randn(mu.shape[0], 1) * (0.5 * log_var).exp()


@mistake("nb1.sample_z", "A single random number is shared by all entries: draw one for each.")
def one_noise_for_all(mu, log_var):
    return mu + torch.randn(()) * (0.5 * log_var).exp()


@mistake("nb1.sample_z", "You draw from the prior: shift the noise by mu and stretch it by sigma.")
def samples_the_prior(mu, log_var):
    return torch.randn_like(mu)


@mistake("nb1.sample_z", "The noise is missing: what you return is no sample, but the mean.")
def returns_the_mean(mu, log_var):
    return mu


@mistake("nb1.sample_z", "sigma itself is added; it has to be multiplied by noise first.")
def adds_sigma_without_noise(mu, log_var):
    return mu + (0.5 * log_var).exp()


@mistake("nb1.sample_z", "The shift by mu is missing.")
def forgets_mu(mu, log_var):
    return torch.randn_like(mu) * (0.5 * log_var).exp()


@mistake("nb1.sample_z", "The noise is not stretched: log_var has no effect on your sample.")
def forgets_sigma(mu, log_var):
    return mu + torch.randn_like(mu)


@mistake("nb1.sample_z", "mu and sigma have changed places: mu shifts, sigma stretches.")
def swaps_mu_and_sigma(mu, log_var):
    return (0.5 * log_var).exp() + torch.randn_like(mu) * mu


@mistake("nb1.sample_z", "The stretch applies to the noise alone, not to mu plus noise.")
def stretches_mu_too(mu, log_var):
    return (mu + torch.randn_like(mu)) * (0.5 * log_var).exp()


@mistake("nb1.sample_z", "mu is subtracted; it shifts the noise upwards.")
def subtracts_mu(mu, log_var):
    return torch.randn_like(mu) * (0.5 * log_var).exp() - mu


@mistake("nb1.sample_z", "All noise is positive: an absolute value or a square has folded it.")
def folded_noise(mu, log_var):
    return mu + torch.randn_like(mu).abs() * (0.5 * log_var).exp()


@mistake("nb1.sample_z", "Two calls give the same noise: leave the seed to the caller.")
def fixed_seed(mu, log_var):
    torch.manual_seed(0)
    return mu + torch.randn_like(mu) * (0.5 * log_var).exp()


@mistake("nb1.sample_z", "Do not cut the sample off from the gradient: the trick exists so that it can flow.")
def detached_sample(mu, log_var):
    return (mu + torch.randn_like(mu) * (0.5 * log_var).exp()).detach()


@mistake("nb1.sample_z", "Do not cut the sample off from the gradient: the trick exists so that it can flow.")
def draws_with_torch_normal(mu, log_var):
    return D.Normal(mu, (0.5 * log_var).exp()).sample()


@mistake("nb1.sample_z", "sigma is cut off from the gradient: the encoder could never learn how certain to be.")
def detached_sigma(mu, log_var):
    return mu + torch.randn_like(mu) * (0.5 * log_var).exp().detach()


@mistake("nb1.sample_z", "mu is cut off from the gradient: the encoder could never learn where to put its codes.")
def detached_mu(mu, log_var):
    return mu.detach() + torch.randn_like(mu) * (0.5 * log_var).exp()


@mistake("nb1.sample_z", "Stay in the precision of the inputs: noise made `like` mu takes its dtype and device.")
def fixed_precision(mu, log_var):
    return mu + torch.randn(mu.shape) * (0.5 * log_var).exp().float()


@mistake("nb1.sample_z", "Do not change mu in place: the KL still needs it, and autograd forbids it.")
def changes_mu_in_place(mu, log_var):
    mu += torch.randn_like(mu) * (0.5 * log_var).exp()
    return mu


@mistake("nb1.sample_z", "Return one sample per row: the batch has been averaged away.")
def averages_the_batch(mu, log_var):
    return (mu + torch.randn_like(mu) * (0.5 * log_var).exp()).mean(0)


@mistake("nb1.sample_z", "The sample is made but not returned: the function needs a `return`.")
def returns_nothing(mu, log_var):
    mu + torch.randn_like(mu) * (0.5 * log_var).exp()


# ---- reconstruction_nll ----


@mistake(
    "nb1.reconstruction_nll", "The default reduction averages over everything: sum over the pixels, one value per image."
)
def default_reduction(recon_logits, x):
    return F.binary_cross_entropy_with_logits(recon_logits, x)


@mistake("nb1.reconstruction_nll", "You sum over the images too: keep one value per image.")
def sums_over_the_batch(recon_logits, x):
    return F.binary_cross_entropy_with_logits(recon_logits, x, reduction="sum")


@mistake("nb1.reconstruction_nll", "That is the average of the batch; return one value per image and average later.")
def averages_over_the_batch(recon_logits, x):
    return F.binary_cross_entropy_with_logits(recon_logits, x, reduction="sum") / len(x)


@mistake(
    "nb1.reconstruction_nll", "Sum over the pixels of an image, do not average: a mean makes the KL 784 times too heavy."
)
def mean_over_the_pixels(recon_logits, x):
    return F.binary_cross_entropy_with_logits(recon_logits, x, reduction="none").flatten(1).mean(1)


@mistake("nb1.reconstruction_nll", "These are still values per pixel: sum them for each image.")
def per_pixel(recon_logits, x):
    return F.binary_cross_entropy_with_logits(recon_logits, x, reduction="none")


@mistake("nb1.reconstruction_nll", "Sum over all axes of the image, not over the channel alone.")
def sums_over_the_channel(recon_logits, x):
    return F.binary_cross_entropy_with_logits(recon_logits, x, reduction="none").sum(1)


@mistake("nb1.reconstruction_nll", "Sum over all axes of the image, not over the last one alone.")
def sums_over_the_columns(recon_logits, x):
    return F.binary_cross_entropy_with_logits(recon_logits, x, reduction="none").sum(-1)


@mistake("nb1.reconstruction_nll", "You sum over the batch and keep the pixels: it is the other way round.")
def sums_over_images(recon_logits, x):
    return F.binary_cross_entropy_with_logits(recon_logits, x, reduction="none").sum(0)


@mistake("nb1.reconstruction_nll", "The values are right but not their shape: (B,) has one axis, without a trailing 1.")
def keeps_an_axis(recon_logits, x):
    return F.binary_cross_entropy_with_logits(recon_logits, x, reduction="none").flatten(1).sum(1, keepdim=True)


@mistake("nb1.reconstruction_nll", "The loss applies the sigmoid itself: hand it raw logits.")
def sigmoid_twice(recon_logits, x):
    return F.binary_cross_entropy_with_logits(recon_logits.sigmoid(), x, reduction="none").flatten(1).sum(1)


@mistake("nb1.reconstruction_nll", "binary_cross_entropy wants probabilities in [0, 1]; these are logits.")
def logits_for_probabilities(recon_logits, x):
    return F.binary_cross_entropy(recon_logits, x, reduction="none").flatten(1).sum(1)


@mistake("nb1.reconstruction_nll", "This is the log-likelihood; the loss is its negative, which for bits is never below 0.")
def wrong_sign(recon_logits, x):
    return -F.binary_cross_entropy_with_logits(recon_logits, x, reduction="none").flatten(1).sum(1)


@mistake("nb1.reconstruction_nll", "This is the log-likelihood; the loss is its negative, which for bits is never below 0.")
def log_probability(recon_logits, x):
    return D.Bernoulli(logits=recon_logits).log_prob(x).flatten(1).sum(1)


@mistake("nb1.reconstruction_nll", "A squared error of probabilities is no Bernoulli log-likelihood, and not in nats.")
def squared_error(recon_logits, x):
    return F.mse_loss(recon_logits.sigmoid(), x, reduction="none").flatten(1).sum(1)


@mistake("nb1.reconstruction_nll", "A squared error between logits and pixels compares two different scales.")
def squared_error_of_logits(recon_logits, x):
    return F.mse_loss(recon_logits, x, reduction="none").flatten(1).sum(1)


@mistake("nb1.reconstruction_nll", "The absolute error is no Bernoulli log-likelihood, and not in nats.")
def absolute_error(recon_logits, x):
    return F.l1_loss(recon_logits.sigmoid(), x, reduction="none").flatten(1).sum(1)


@mistake("nb1.reconstruction_nll", "A coin has two sides: the term for pixels without ink is missing.")
def ink_only(recon_logits, x):
    return -(x * recon_logits.sigmoid().log()).flatten(1).sum(1)


@mistake("nb1.reconstruction_nll", "A coin has two sides: the term for pixels without ink is missing.")
def ink_only_in_log_space(recon_logits, x):
    return -(x * F.logsigmoid(recon_logits)).flatten(1).sum(1)


@mistake("nb1.reconstruction_nll", "A coin has two sides: the term for pixels with ink is missing.")
def paper_only(recon_logits, x):
    return -((1 - x) * F.logsigmoid(-recon_logits)).flatten(1).sum(1)


@mistake("nb1.reconstruction_nll", "Logits and targets have changed places: the first argument is the prediction.")
def swapped_arguments(recon_logits, x):
    return F.binary_cross_entropy_with_logits(x, recon_logits, reduction="none").flatten(1).sum(1)


@mistake("nb1.reconstruction_nll", "Ink and paper have changed places: a large logit means ink.")
def ink_and_paper_swapped(recon_logits, x):
    return F.binary_cross_entropy_with_logits(recon_logits, 1 - x, reduction="none").flatten(1).sum(1)


@mistake("nb1.reconstruction_nll", "Nats, not bits: use the natural logarithm.")
def in_bits(recon_logits, x):
    return F.binary_cross_entropy_with_logits(recon_logits, x, reduction="none").flatten(1).sum(1) / math.log(2)


@mistake("nb1.reconstruction_nll", "A softmax makes the 784 pixels compete; they are independent coins.")
def pixels_as_classes(recon_logits, x):
    return -(x * recon_logits.flatten(1).log_softmax(1).view_as(x)).flatten(1).sum(1)


@mistake(
    "nb1.reconstruction_nll", "Stay with the logits: this cross-entropy of probabilities is cut off at 100 nats a pixel."
)
def cross_entropy_of_probabilities(recon_logits, x):
    return F.binary_cross_entropy(recon_logits.sigmoid(), x, reduction="none").flatten(1).sum(1)


@mistake("nb1.reconstruction_nll", "A sigmoid rounded to 0 or 1 has an infinite logarithm: work with the logits instead.")
def unsafe_logarithm(recon_logits, x):
    p = recon_logits.sigmoid()
    return -(x * p.log() + (1 - x) * (1 - p).log()).flatten(1).sum(1)


@mistake(
    "nb1.reconstruction_nll",
    "The small constant inside the logarithm hides how wrong a sure pixel is: work with the logits instead.",
)
def constant_inside_the_logarithm(recon_logits, x):
    p = recon_logits.sigmoid()
    return -(x * (p + 1e-8).log() + (1 - x) * (1 - p + 1e-8).log()).flatten(1).sum(1)


@mistake(
    "nb1.reconstruction_nll", "Clamping the probabilities hides how wrong a sure pixel is: work with the logits instead."
)
def clamped_probabilities(recon_logits, x):
    p = recon_logits.sigmoid().clamp(1e-6, 1 - 1e-6)
    return -(x * p.log() + (1 - x) * (1 - p).log()).flatten(1).sum(1)


@mistake("nb1.reconstruction_nll", "Clamping the logits stops the gradient of sure pixels: use them as they are.")
def clamped_logits(recon_logits, x):
    logits = recon_logits.clamp(-20, 20)
    return F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1)


@mistake(
    "nb1.reconstruction_nll",
    "The value is right, but no gradient reaches the decoder: do not detach it, and stay with tensors.",
)
def detached(recon_logits, x):
    return F.binary_cross_entropy_with_logits(recon_logits, x, reduction="none").flatten(1).sum(1).detach()


@mistake(
    "nb1.reconstruction_nll",
    "The value is right, but no gradient reaches the decoder: do not detach it, and stay with tensors.",
)
def rebuilt_from_numbers(recon_logits, x):
    pairs = zip(recon_logits, x, strict=True)
    return torch.tensor([F.binary_cross_entropy_with_logits(a, b, reduction="sum").item() for a, b in pairs])


@mistake("nb1.reconstruction_nll", "The terms are computed but not returned: the function needs a `return`.")
def returns_nothing(recon_logits, x):
    F.binary_cross_entropy_with_logits(recon_logits, x, reduction="none").flatten(1).sum(1)


# ---- kl_divergence ----


@mistake("nb1.kl_divergence", "A KL divergence is never negative. The bracket of Kingma & Welling is minus the KL.")
def negated(mu, log_var):
    return -0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(-1)


@mistake("nb1.kl_divergence", "A KL divergence is never negative. The bracket of Kingma & Welling is minus the KL.")
def bracket_of_the_paper(mu, log_var):
    return 0.5 * (1 + log_var - mu**2 - log_var.exp()).sum(-1)


@mistake("nb1.kl_divergence", "log_var is a logarithm already: exponentiate it for the variance, and take no second log.")
def takes_log_var_for_the_variance(mu, log_var):
    return 0.5 * (mu**2 + log_var - 1 - log_var.log()).sum(-1)


@mistake("nb1.kl_divergence", "Keep the batch axis: one KL per image, averaged later.")
def sums_over_everything(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum()


@mistake("nb1.kl_divergence", "That is the batch average; return one KL per image and average later.")
def averages_over_the_batch(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(-1).mean()


@mistake("nb1.kl_divergence", "That is an average over images and latents: sum the latents, and keep the images.")
def averages_over_everything(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var).mean()


@mistake("nb1.kl_divergence", "The first axis is the batch; the latents are on the last one.")
def sums_over_the_batch(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(0)


@mistake("nb1.kl_divergence", "One number per image: the sum over the latents is missing.")
def per_latent(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var)


@mistake("nb1.kl_divergence", "The values are right but not their shape: (B,) has one axis, without a trailing 1.")
def keeps_an_axis(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(-1, keepdim=True)


@mistake("nb1.kl_divergence", "Sum over the latents, do not average: the KL is the price of all of them.")
def mean_over_latents(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var).mean(-1)


@mistake("nb1.kl_divergence", "exp of half of log_var is the standard deviation; this term wants the variance.")
def standard_deviation_for_variance(mu, log_var):
    return 0.5 * (mu**2 + (0.5 * log_var).exp() - 1 - log_var).sum(-1)


@mistake("nb1.kl_divergence", "You treat log_var as the log of the standard deviation: it is the log of the variance.")
def log_var_as_log_sigma(mu, log_var):
    return 0.5 * (mu**2 + (2 * log_var).exp() - 1 - 2 * log_var).sum(-1)


@mistake("nb1.kl_divergence", "You treat log_var as the log of the standard deviation: it is the log of the variance.")
def variance_as_scale(mu, log_var):
    prior = D.Normal(torch.zeros_like(mu), torch.ones_like(mu))
    return D.kl_divergence(D.Normal(mu, log_var.exp()), prior).sum(-1)


@mistake("nb1.kl_divergence", "The variance is squared: exp(log_var) is the variance already.")
def variance_squared(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() ** 2 - 1 - log_var).sum(-1)


@mistake("nb1.kl_divergence", "The last term is the log of the variance; yours is the log of the standard deviation.")
def log_sigma_for_log_variance(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 - 0.5 * log_var).sum(-1)


@mistake("nb1.kl_divergence", "Square first, then sum over the latents.")
def squares_the_sum(mu, log_var):
    return 0.5 * (mu.sum(-1) ** 2 + (log_var.exp() - 1 - log_var).sum(-1))


@mistake("nb1.kl_divergence", "mu has to be squared: the price of a mean does not depend on its sign.")
def mu_not_squared(mu, log_var):
    return 0.5 * (mu + log_var.exp() - 1 - log_var).sum(-1)


@mistake("nb1.kl_divergence", "The price of a mean grows with its square, not with its absolute value.")
def absolute_mu(mu, log_var):
    return 0.5 * (mu.abs() + log_var.exp() - 1 - log_var).sum(-1)


@mistake("nb1.kl_divergence", "The factor one half is missing.")
def forgets_the_half(mu, log_var):
    return (mu**2 + log_var.exp() - 1 - log_var).sum(-1)


@mistake("nb1.kl_divergence", "The one half applies to all four terms: mind the parentheses.")
def halves_the_first_term(mu, log_var):
    return (0.5 * mu**2 + log_var.exp() - 1 - log_var).sum(-1)


@mistake("nb1.kl_divergence", "The -1 is missing: at mu = 0, log_var = 0 the KL must be 0.")
def forgets_the_one(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - log_var).sum(-1)


@mistake("nb1.kl_divergence", "The -1 stands inside the sum, once for every latent.")
def one_outside_the_sum(mu, log_var):
    return 0.5 * ((mu**2 + log_var.exp() - log_var).sum(-1) - 1)


@mistake("nb1.kl_divergence", "The term -log of the variance is missing: nothing keeps it away from 0.")
def forgets_log_var(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1).sum(-1)


@mistake("nb1.kl_divergence", "The mean is missing: a code far from the origin is not free.")
def forgets_mu(mu, log_var):
    return 0.5 * (log_var.exp() - 1 - log_var).sum(-1)


@mistake("nb1.kl_divergence", "The variance is missing: a code that is too wide is not free.")
def forgets_the_variance(mu, log_var):
    return 0.5 * (mu**2 - 1 - log_var).sum(-1)


@mistake("nb1.kl_divergence", "One sign is wrong: the log of the variance is subtracted.")
def adds_log_var(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 + log_var).sum(-1)


@mistake("nb1.kl_divergence", "One sign is wrong: the 1 is subtracted, so that the prior itself costs nothing.")
def adds_the_one(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() + 1 - log_var).sum(-1)


@mistake("nb1.kl_divergence", "One sign is wrong: the square of the mean is added.")
def subtracts_mu(mu, log_var):
    return 0.5 * (log_var.exp() - mu**2 - 1 - log_var).sum(-1)


@mistake("nb1.kl_divergence", "mu and log_var have changed places.")
def swapped(mu, log_var):
    return 0.5 * (log_var**2 + mu.exp() - 1 - mu).sum(-1)


@mistake("nb1.kl_divergence", "This is the KL from the prior to the posterior; a KL is not symmetric.")
def other_direction(mu, log_var):
    return 0.5 * ((1 + mu**2) / log_var.exp() - 1 + log_var).sum(-1)


@mistake("nb1.kl_divergence", "Nats, not bits: use the natural logarithm.")
def in_bits(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(-1) / math.log(2)


@mistake(
    "nb1.kl_divergence", "The number is right, but no gradient reaches the encoder: do not detach it, and stay with tensors."
)
def detached(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(-1).detach()


@mistake(
    "nb1.kl_divergence", "The number is right, but no gradient reaches the encoder: do not detach it, and stay with tensors."
)
def without_gradients(mu, log_var):
    with torch.no_grad():
        return 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(-1)


@mistake("nb1.kl_divergence", "The variance is cut off from the gradient: the encoder could not learn how certain to be.")
def detached_variance(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp().detach() - 1 - log_var).sum(-1)


@mistake("nb1.kl_divergence", "mu is changed in place: build new tensors, the decoder still needs the old ones.")
def squares_mu_in_place(mu, log_var):
    return 0.5 * (mu.pow_(2) + log_var.exp() - 1 - log_var).sum(-1)


@mistake("nb1.kl_divergence", "log_var is changed in place: build new tensors, its old value is still needed.")
def exponentiates_in_place(mu, log_var):
    logarithm = log_var.clone()
    return 0.5 * (mu**2 + log_var.exp_() - 1 - logarithm).sum(-1)


@mistake("nb1.kl_divergence", "The KL is computed but not returned: the function needs a `return`.")
def returns_nothing(mu, log_var):
    0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(-1)


# ---- vae_loss ----


@mistake("nb1.vae_loss", "The KL is a price: the negative ELBO adds it.")
def subtracts_the_kl(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (reconstruction_nll(recon_logits, x) - kl_weight * kl_divergence(mu, log_var)).mean()


@mistake(
    "nb1.vae_loss",
    "The reconstruction is averaged over pixels and the KL summed over latents: the KL weighs 784 times too much.",
)
def reconstruction_per_pixel(recon_logits, x, mu, log_var, kl_weight=1.0):
    return reconstruction_nll(recon_logits, x).mean() / 784 + kl_weight * kl_divergence(mu, log_var).mean()


@mistake("nb1.vae_loss", "The KL is averaged over the latents; it is a sum, like the reconstruction over the pixels.")
def kl_per_latent(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (reconstruction_nll(recon_logits, x) + kl_weight * kl_divergence(mu, log_var) / mu.shape[1]).mean()


@mistake("nb1.vae_loss", "The whole loss is divided by the number of pixels: it should be in nats per image.")
def all_per_pixel(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (reconstruction_nll(recon_logits, x) + kl_weight * kl_divergence(mu, log_var)).mean() / 784


@mistake("nb1.vae_loss", "kl_weight is accepted but never used.")
def ignores_the_weight(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (reconstruction_nll(recon_logits, x) + kl_divergence(mu, log_var)).mean()


@mistake("nb1.vae_loss", "kl_weight multiplies only the KL, not the sum.")
def weights_the_sum(recon_logits, x, mu, log_var, kl_weight=1.0):
    return kl_weight * (reconstruction_nll(recon_logits, x) + kl_divergence(mu, log_var)).mean()


@mistake("nb1.vae_loss", "kl_weight is on the wrong term.")
def weights_the_reconstruction(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (kl_weight * reconstruction_nll(recon_logits, x) + kl_divergence(mu, log_var)).mean()


@mistake("nb1.vae_loss", "kl_weight divides the KL; it should multiply it.")
def divides_by_the_weight(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (reconstruction_nll(recon_logits, x) + kl_divergence(mu, log_var) / kl_weight).mean()


@mistake("nb1.vae_loss", "kl_weight is applied twice.")
def weights_twice(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (reconstruction_nll(recon_logits, x) + kl_weight**2 * kl_divergence(mu, log_var)).mean()


@mistake("nb1.vae_loss", "kl_weight is not a mixing proportion: the reconstruction keeps its weight of 1.")
def mixes_the_terms(recon_logits, x, mu, log_var, kl_weight=1.0):
    terms = reconstruction_nll(recon_logits, x), kl_divergence(mu, log_var)
    return ((1 - kl_weight) * terms[0] + kl_weight * terms[1]).mean()


@mistake("nb1.vae_loss", "kl_weight is added; it should multiply the KL.")
def adds_the_weight(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (reconstruction_nll(recon_logits, x) + kl_divergence(mu, log_var) + kl_weight - 1).mean()


@mistake("nb1.vae_loss", "This is the ELBO; we minimise its negative.")
def returns_the_elbo(recon_logits, x, mu, log_var, kl_weight=1.0):
    return -(reconstruction_nll(recon_logits, x) + kl_weight * kl_divergence(mu, log_var)).mean()


@mistake("nb1.vae_loss", "One sign is wrong: a better reconstruction must lower the loss.")
def subtracts_the_reconstruction(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (kl_weight * kl_divergence(mu, log_var) - reconstruction_nll(recon_logits, x)).mean()


@mistake("nb1.vae_loss", "The KL is missing: this is a plain autoencoder with noise.")
def forgets_the_kl(recon_logits, x, mu, log_var, kl_weight=1.0):
    return reconstruction_nll(recon_logits, x).mean()


@mistake("nb1.vae_loss", "The reconstruction term is missing: nothing would ask the decoder to draw.")
def forgets_the_reconstruction(recon_logits, x, mu, log_var, kl_weight=1.0):
    return kl_weight * kl_divergence(mu, log_var).mean()


@mistake("nb1.vae_loss", "Average over the images, do not sum: the loss should not depend on the batch size.")
def sums_over_the_batch(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (reconstruction_nll(recon_logits, x) + kl_weight * kl_divergence(mu, log_var)).sum()


@mistake("nb1.vae_loss", "The reconstruction is averaged over the batch and the KL is not.")
def sums_the_kl(recon_logits, x, mu, log_var, kl_weight=1.0):
    return reconstruction_nll(recon_logits, x).mean() + kl_weight * kl_divergence(mu, log_var).sum()


@mistake("nb1.vae_loss", "The KL is averaged over the batch and the reconstruction is not.")
def sums_the_reconstruction(recon_logits, x, mu, log_var, kl_weight=1.0):
    return reconstruction_nll(recon_logits, x).sum() + kl_weight * kl_divergence(mu, log_var).mean()


@mistake("nb1.vae_loss", "A loss is a single number: the average over the images is missing.")
def one_per_image(recon_logits, x, mu, log_var, kl_weight=1.0):
    return reconstruction_nll(recon_logits, x) + kl_weight * kl_divergence(mu, log_var)


@mistake("nb1.vae_loss", "Divide by the number of images in this batch, not by a fixed batch size.")
def fixed_batch_size(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (reconstruction_nll(recon_logits, x) + kl_weight * kl_divergence(mu, log_var)).sum() / 50


@mistake("nb1.vae_loss", "The average is taken twice: the mean over the batch already divides by its size.")
def divides_twice(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (reconstruction_nll(recon_logits, x) + kl_weight * kl_divergence(mu, log_var)).mean() / len(x)


@mistake("nb1.vae_loss", "The two arguments of reconstruction_nll have changed places.")
def swaps_logits_and_x(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (reconstruction_nll(x, recon_logits) + kl_weight * kl_divergence(mu, log_var)).mean()


@mistake("nb1.vae_loss", "The two arguments of kl_divergence have changed places.")
def swaps_mu_and_log_var(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (reconstruction_nll(recon_logits, x) + kl_weight * kl_divergence(log_var, mu)).mean()


@mistake("nb1.vae_loss", "kl_divergence takes log_var as the encoder gives it: no exponential before.")
def exponentiates_log_var(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (reconstruction_nll(recon_logits, x) + kl_weight * kl_divergence(mu, log_var.exp())).mean()


@mistake("nb1.vae_loss", "reconstruction_nll takes logits: no sigmoid before.")
def sigmoid_first(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (reconstruction_nll(recon_logits.sigmoid(), x) + kl_weight * kl_divergence(mu, log_var)).mean()


@mistake("nb1.vae_loss", "The two terms are added, not multiplied.")
def multiplies_the_terms(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (reconstruction_nll(recon_logits, x) * kl_weight * kl_divergence(mu, log_var)).mean()


@mistake("nb1.vae_loss", "One number: add the two terms instead of returning both.")
def returns_both_terms(recon_logits, x, mu, log_var, kl_weight=1.0):
    return reconstruction_nll(recon_logits, x).mean(), kl_weight * kl_divergence(mu, log_var).mean()


@mistake("nb1.vae_loss", "The value is right, but it is cut off from the gradient: a bare number teaches nothing.")
def python_number(recon_logits, x, mu, log_var, kl_weight=1.0):
    return float((reconstruction_nll(recon_logits, x) + kl_weight * kl_divergence(mu, log_var)).mean())


@mistake("nb1.vae_loss", "The value is right, but it is cut off from the gradient: a bare number teaches nothing.")
def detached(recon_logits, x, mu, log_var, kl_weight=1.0):
    return (reconstruction_nll(recon_logits, x) + kl_weight * kl_divergence(mu, log_var)).mean().detach()


@mistake("nb1.vae_loss", "The KL is cut off from the gradient: the encoder would never pay for its codes.")
def detached_kl(recon_logits, x, mu, log_var, kl_weight=1.0):
    return reconstruction_nll(recon_logits, x).mean() + kl_weight * kl_divergence(mu, log_var).mean().item()


@mistake("nb1.vae_loss", "The reconstruction is cut off from the gradient: the decoder would never learn.")
def detached_reconstruction(recon_logits, x, mu, log_var, kl_weight=1.0):
    return reconstruction_nll(recon_logits, x).mean().item() + kl_weight * kl_divergence(mu, log_var).mean()


@mistake("nb1.vae_loss", "The loss is computed but not returned: the function needs a `return`.")
def returns_nothing(recon_logits, x, mu, log_var, kl_weight=1.0):
    (reconstruction_nll(recon_logits, x) + kl_weight * kl_divergence(mu, log_var)).mean()


# ---- train_step ----


@mistake("nb1.train_step", "Gradients pile up from step to step: empty them before each backward pass.")
def never_empties_the_gradients(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "The gradients are there, but the optimizer is never asked to move the weights.")
def never_moves(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    return loss.item()


@mistake("nb1.train_step", "No gradients are computed: the backward pass is missing.")
def never_goes_backward(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "Only the loss is computed: the backward pass and the optimizer's step are missing.")
def only_computes_the_loss(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    return vae_loss(recon_logits, x, mu, log_var, kl_weight).item()


@mistake("nb1.train_step", "When the optimizer moves, the gradients are empty: check the order of the last three calls.")
def empties_between_backward_and_step(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "When the optimizer moves, the gradients are empty: check the order of the last three calls.")
def steps_before_backward(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    optimizer.step()
    loss.backward()
    return loss.item()


@mistake("nb1.train_step", "The optimizer moves with the gradients of the batch before: the backward pass comes first.")
def moves_with_old_gradients(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.step()
    optimizer.zero_grad()
    loss.backward()
    return loss.item()


@mistake("nb1.train_step", "One backward pass per step: a second one finds the computation gone.")
def goes_backward_twice(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "The second backward pass doubles the gradients: one per step.")
def doubles_the_gradients(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward(retain_graph=True)
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "The optimizer moves twice for one batch: once is enough.")
def moves_twice(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "The model runs with gradients switched off: that is for evaluation.")
def runs_without_gradients(model, x, optimizer, kl_weight=1.0):
    with torch.no_grad():
        recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "Call backward on the loss itself, not on its bare number.")
def backward_of_a_number(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight).item()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


@mistake("nb1.train_step", "The loss goes up: you go backward from its negative.")
def climbs(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    (-loss).backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "The first two arguments of vae_loss have changed places: logits first, then x.")
def swaps_logits_and_x(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(x, recon_logits, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "mu and log_var have changed places on their way into vae_loss.")
def swaps_mu_and_log_var(model, x, optimizer, kl_weight=1.0):
    recon_logits, log_var, mu = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "The model returns the logits first, then mu and log_var: yours are unpacked in another order.")
def unpacks_in_another_order(model, x, optimizer, kl_weight=1.0):
    mu, log_var, recon_logits = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "The model returns three tensors: unpack all of them.")
def unpacks_two(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu = model(x)
    loss = vae_loss(recon_logits, x, mu, mu, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "kl_weight is not passed on to vae_loss.")
def ignores_the_weight(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "kl_weight belongs inside vae_loss: here it scales the whole loss.")
def weights_the_loss(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = kl_weight * vae_loss(recon_logits, x, mu, log_var)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "The decoder gets the mean: train it on samples of z.")
def decodes_the_mean(model, x, optimizer, kl_weight=1.0):
    mu, log_var = model.encoder(x)
    loss = vae_loss(model.decoder(mu), x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "vae_loss takes logits: no sigmoid before.")
def sigmoid_first(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(torch.sigmoid(recon_logits), x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "The logits are detached, so the decoder never learns.")
def detaches_the_logits(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits.detach(), x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "Only the first image of the batch is used.")
def first_image_only(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x[:1])
    loss = vae_loss(recon_logits, x[:1], mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "vae_loss is an average already: dividing by the batch size once more makes the step too small.")
def divides_by_the_batch(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight) / len(x)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "The step is right, but the reported loss is multiplied by the batch size.")
def reports_the_sum(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item() * len(x)


@mistake("nb1.train_step", "The step is right, but you report the reconstruction term alone, not the loss.")
def reports_the_reconstruction(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return reconstruction_nll(recon_logits, x).mean().item()


@mistake("nb1.train_step", "The step is right, but you report the KL alone, not the loss.")
def reports_the_kl(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return kl_divergence(mu, log_var).mean().item()


@mistake("nb1.train_step", "The step is right, but you report the loss after it, not the one that it minimised.")
def reports_the_loss_after(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    optimizer.zero_grad()
    vae_loss(recon_logits, x, mu, log_var, kl_weight).backward()
    optimizer.step()
    recon_logits, mu, log_var = model(x)
    return vae_loss(recon_logits, x, mu, log_var, kl_weight).item()


@mistake("nb1.train_step", "The loss comes back as a tensor: return its bare number.")
def returns_the_tensor(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


@mistake("nb1.train_step", "The step is right, but the loss is not returned.")
def returns_nothing(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


@mistake("nb1.train_step", "Return the loss alone; the rest of the notebook expects one number.")
def returns_too_much(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item(), recon_logits.mean().item()


# ---- Layers that act at extreme values or in training alone ----


@mistake(
    "nb1.Encoder.forward", "log_var is clamped: outside the clamp nothing is learned. The docstring asks for it as it is."
)
def clamps_log_var_as_libraries_do(self, x):
    h = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
    return self.to_mu(h), F.hardtanh(self.to_log_var(h), -7, 2)


@mistake(
    "nb1.Encoder.forward", "log_var is clamped: outside the clamp nothing is learned. The docstring asks for it as it is."
)
def clamps_log_var_at_ten(self, x):
    h = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
    return self.to_mu(h), self.to_log_var(h).clamp(-10, 10)


@mistake(
    "nb1.Encoder.forward", "There is a dropout, which changes the numbers in training: only the four layers are asked for."
)
def drops_out(self, x):
    h = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
    h = F.dropout(h, 0.1, self.training)
    return self.to_mu(h), self.to_log_var(h)


@mistake(
    "nb1.Decoder.forward", "The logits are clamped, so that no pixel can become surer: return them as the layer gives them."
)
def clamps_the_logits(self, z):
    h = F.relu(self.fc2(F.relu(self.fc1(z))))
    return self.to_logits(h).clamp(-10, 10).view(-1, 1, 28, 28)


@mistake("nb1.sample_z", "log_var is clamped: a variance outside the clamp gets another spread than q has.")
def clamps_log_var(mu, log_var):
    return mu + torch.randn_like(mu) * (0.5 * log_var.clamp(-7, 2)).exp()


@mistake(
    "nb1.sample_z",
    "Two halves of the batch share their noise, or one has the other's negative: draw a number for every entry.",
)
def halves_share_their_noise(mu, log_var):
    half = torch.randn(len(mu) // 2 + 1, mu.shape[1], dtype=mu.dtype)
    return mu + torch.cat([half, half])[: len(mu)] * (0.5 * log_var).exp()


@mistake(
    "nb1.sample_z",
    "Two halves of the batch share their noise, or one has the other's negative: draw a number for every entry.",
)
def antithetic_halves(mu, log_var):
    half = torch.randn(len(mu) // 2 + 1, mu.shape[1], dtype=mu.dtype)
    return mu + torch.cat([half, -half])[: len(mu)] * (0.5 * log_var).exp()


@mistake("nb1.sample_z", "z comes back in double precision, which the decoder refuses: make the noise in the dtype of mu.")
def noise_in_double_precision(mu, log_var):
    return mu + torch.randn(mu.shape, dtype=torch.float64) * (0.5 * log_var).exp()


@mistake("nb1.kl_divergence", "log_var is clamped: beyond the clamp, a variance that is too small or too large is free.")
def clamps_log_var(mu, log_var):
    log_var = log_var.clamp(-7, 2)
    return 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(-1)


# ---- Losses as public code writes them, inline ----


@mistake("nb1.vae_loss", "Both terms are sums over the whole batch: divide by the number of images.")
def inline_sums(recon_logits, x, mu, log_var, kl_weight=1.0):
    bce = F.binary_cross_entropy_with_logits(recon_logits, x, reduction="sum")
    return bce + kl_weight * -0.5 * torch.sum(1 + log_var - mu.pow(2) - log_var.exp())


@mistake("nb1.vae_loss", "Both terms are means over everything: sum over pixels and latents, and average over images alone.")
def inline_means(recon_logits, x, mu, log_var, kl_weight=1.0):
    bce = F.binary_cross_entropy_with_logits(recon_logits, x)
    return bce + kl_weight * -0.5 * torch.mean(1 + log_var - mu.pow(2) - log_var.exp())


@mistake(
    "nb1.vae_loss",
    "The cross-entropy is a mean over pixels, beside a KL summed over latents, which weighs 784 times too much.",
)
def inline_mean_and_sum(recon_logits, x, mu, log_var, kl_weight=1.0):
    bce = F.binary_cross_entropy_with_logits(recon_logits, x, reduction="mean")
    return bce + kl_weight * torch.mean(-0.5 * torch.sum(1 + log_var - mu**2 - log_var.exp(), dim=1), dim=0)


@mistake(
    "nb1.vae_loss", "The cross-entropy is summed over the batch and the KL averaged: divide both by the number of images."
)
def inline_sum_and_mean(recon_logits, x, mu, log_var, kl_weight=1.0):
    bce = F.binary_cross_entropy_with_logits(recon_logits, x, reduction="sum")
    return bce + kl_weight * torch.mean(-0.5 * torch.sum(1 + log_var - mu**2 - log_var.exp(), dim=1), dim=0)


@mistake("nb1.vae_loss", "The KL has lost its factor one half.")
def inline_kl_without_its_half(recon_logits, x, mu, log_var, kl_weight=1.0):
    bce = F.binary_cross_entropy_with_logits(recon_logits, x, reduction="sum")
    return (bce - kl_weight * torch.sum(1 + log_var - mu.pow(2) - log_var.exp())) / len(x)


@mistake("nb1.vae_loss", "A squared error is no log-likelihood of coins: use reconstruction_nll.")
def inline_squared_error(recon_logits, x, mu, log_var, kl_weight=1.0):
    mse = F.mse_loss(torch.sigmoid(recon_logits), x, reduction="sum")
    return (mse - 0.5 * kl_weight * torch.sum(1 + log_var - mu.pow(2) - log_var.exp())) / len(x)


@mistake("nb1.train_step", "You minimise minus the loss: the optimizer goes uphill.")
def minus_the_loss(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = -vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "The loss is summed over the batch: its mean is asked for, or the step grows with the batch.")
def a_summed_loss(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight) * len(x)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "The loss is summed over the batch: its mean is asked for, or the step grows with the batch.")
def a_loss_summed_inline(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = (reconstruction_nll(recon_logits, x) + kl_weight * kl_divergence(mu, log_var)).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "A new optimizer in each step: use the one that was passed in, which remembers the steps before.")
def a_new_adam(model, x, optimizer, kl_weight=1.0):
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    recon_logits, mu, log_var = model(x)
    loss = vae_loss(recon_logits, x, mu, log_var, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb1.train_step", "A loss per image has no gradient: average over the batch before you go backward.")
def backward_on_a_vector(model, x, optimizer, kl_weight=1.0):
    recon_logits, mu, log_var = model(x)
    loss = reconstruction_nll(recon_logits, x) + kl_weight * kl_divergence(mu, log_var)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.mean().item()


# ---- Probe: where only the making is wrong, the rest is the colleague's ----


@mistake(
    "nb1.Probe",
    "This is the colleague's probe: neither the list of layers nor the gain is known to the module.",
)
class the_colleagues(ColleaguesProbe):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        nn.Module.__init__(self)
        self.first = nn.Linear(latent_dim, width)
        self.hidden = [nn.Linear(width, width) for _ in range(depth)]
        self.gain = torch.ones(width, requires_grad=True)
        self.last = nn.Linear(width, 10)


@mistake(
    "nb1.Probe",
    "The hidden layers are still unknown to the module: it does not look inside a list or a tuple.",
)
class still_a_list(ColleaguesProbe):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        nn.Module.__init__(self)
        self.first = nn.Linear(latent_dim, width)
        self.hidden = [nn.Linear(width, width) for _ in range(depth)]
        self.gain = nn.Parameter(torch.ones(width))
        self.last = nn.Linear(width, 10)


@mistake(
    "nb1.Probe",
    "The hidden layers are still unknown to the module: it does not look inside a list or a tuple.",
)
class a_tuple(ColleaguesProbe):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        nn.Module.__init__(self)
        self.first = nn.Linear(latent_dim, width)
        self.hidden = tuple(nn.Linear(width, width) for _ in range(depth))
        self.gain = nn.Parameter(torch.ones(width))
        self.last = nn.Linear(width, 10)


@mistake(
    "nb1.Probe",
    "No gain is among the parameters: as a plain tensor or a buffer it is never trained.",
)
class gain_still_a_tensor(ColleaguesProbe):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        nn.Module.__init__(self)
        self.first = nn.Linear(latent_dim, width)
        self.hidden = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.gain = torch.ones(width, requires_grad=True)
        self.last = nn.Linear(width, 10)


@mistake(
    "nb1.Probe",
    "No gain is among the parameters: as a plain tensor or a buffer it is never trained.",
)
class gain_with_requires_grad_(ColleaguesProbe):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        nn.Module.__init__(self)
        self.first = nn.Linear(latent_dim, width)
        self.hidden = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.gain = torch.ones(width).requires_grad_()
        self.last = nn.Linear(width, 10)


@mistake("nb1.Probe", "No gain is among the parameters: as a plain tensor or a buffer it is never trained.")
class gain_as_a_buffer(ColleaguesProbe):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        nn.Module.__init__(self)
        self.first = nn.Linear(latent_dim, width)
        self.hidden = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.register_buffer("gain", torch.ones(width))
        self.last = nn.Linear(width, 10)


@mistake("nb1.Probe", "The gain is known now, and switched off: without a gradient it never moves.")
class gain_without_gradient(ColleaguesProbe):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        nn.Module.__init__(self)
        self.first = nn.Linear(latent_dim, width)
        self.hidden = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.gain = nn.Parameter(torch.ones(width), requires_grad=False)
        self.last = nn.Linear(width, 10)


@mistake("nb1.Probe", "This is one hidden layer, used several times: each place needs a layer of its own.")
class one_layer_repeated(ColleaguesProbe):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        nn.Module.__init__(self)
        self.first = nn.Linear(latent_dim, width)
        self.hidden = nn.ModuleList([nn.Linear(width, width)] * depth)
        self.gain = nn.Parameter(torch.ones(width))
        self.last = nn.Linear(width, 10)


@mistake("nb1.Probe", "The gain begins as ones: this one starts as another network.")
class gain_of_zeros(ColleaguesProbe):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        nn.Module.__init__(self)
        self.first = nn.Linear(latent_dim, width)
        self.hidden = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.gain = nn.Parameter(torch.zeros(width))
        self.last = nn.Linear(width, 10)


@mistake("nb1.Probe", "The gain begins as ones: this one starts as another network.")
class gain_of_noise(ColleaguesProbe):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        nn.Module.__init__(self)
        self.first = nn.Linear(latent_dim, width)
        self.hidden = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.gain = nn.Parameter(torch.randn(width))
        self.last = nn.Linear(width, 10)


@mistake("nb1.Probe", "The gain has one number for each unit, not one for all.")
class one_gain_for_all(ColleaguesProbe):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        nn.Module.__init__(self)
        self.first = nn.Linear(latent_dim, width)
        self.hidden = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.gain = nn.Parameter(torch.ones(1))
        self.last = nn.Linear(width, 10)


@mistake("nb1.Probe", "The number of hidden layers is an argument: yours is always three.")
class always_three(ColleaguesProbe):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        nn.Module.__init__(self)
        self.first = nn.Linear(latent_dim, width)
        self.hidden = nn.ModuleList([nn.Linear(width, width) for _ in range(3)])
        self.gain = nn.Parameter(torch.ones(width))
        self.last = nn.Linear(width, 10)


@mistake(
    "nb1.Probe",
    "The hidden layers are one too few, or one too many: `depth` counts them without the first and the last.",
)
class one_too_few(ColleaguesProbe):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        nn.Module.__init__(self)
        self.first = nn.Linear(latent_dim, width)
        self.hidden = nn.ModuleList([nn.Linear(width, width) for _ in range(depth - 1)])
        self.gain = nn.Parameter(torch.ones(width))
        self.last = nn.Linear(width, 10)


@mistake("nb1.Probe", "No gain is among the parameters: as a plain tensor or a buffer it is never trained.")
class without_gain(nn.Module):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        super().__init__()
        self.first = nn.Linear(latent_dim, width)
        self.hidden = nn.ModuleList([nn.Linear(width, width) for _ in range(depth)])
        self.last = nn.Linear(width, 10)

    def forward(self, codes):
        h = self.first(codes).tanh()
        for layer in self.hidden:
            h = layer(h).tanh()
        return self.last(h)


@mistake("nb1.Probe", "The hidden layers have lost their tanh: `forward` was right and should stay as it is.")
class sequential_without_tanh(nn.Module):
    def __init__(self, latent_dim=LATENT_DIM, width=32, depth=3):
        super().__init__()
        self.first = nn.Linear(latent_dim, width)
        self.hidden = nn.Sequential(*[nn.Linear(width, width) for _ in range(depth)])
        self.gain = nn.Parameter(torch.ones(width))
        self.last = nn.Linear(width, 10)

    def forward(self, codes):
        return self.last(self.gain * self.hidden(self.first(codes).tanh()))


# ---- Extensions ----


@mistake("nb1.active_units", "The variance is taken over the latents; it should be over the images.")
def variance_over_latents(mu, threshold=0.01):
    return int((mu.var(dim=1) > threshold).sum())


@mistake("nb1.active_units", "You compare the standard deviation with the threshold; it is meant for the variance.")
def standard_deviation(mu, threshold=0.01):
    return int((mu.std(dim=0) > threshold).sum())


@mistake("nb1.active_units", "You count the units that are not active: above the threshold, not below.")
def counts_the_others(mu, threshold=0.01):
    return int((mu.var(dim=0) < threshold).sum())


@mistake("nb1.active_units", "The threshold is ignored: yours is fixed.")
def fixed_threshold(mu, threshold=0.01):
    return int((mu.var(dim=0) > 0.01).sum())


@mistake("nb1.active_units", "A unit that is always far from 0 is not active: measure how it varies, not how large it is.")
def mean_square(mu, threshold=0.01):
    return int((mu.pow(2).mean(dim=0) > threshold).sum())


@mistake("nb1.active_units", "You compare every entry with the threshold: take the variance over the images first.")
def counts_entries(mu, threshold=0.01):
    return int((mu > threshold).sum())


@mistake("nb1.active_units", "The count is missing: return how many units are active.")
def returns_a_mask(mu, threshold=0.01):
    return mu.var(dim=0) > threshold


@mistake("nb1.active_units", "Return a number of units, not a share of them.")
def returns_a_share(mu, threshold=0.01):
    return (mu.var(dim=0) > threshold).float().mean().item()


@mistake("nb1.iwae_bound", "log K is missing: it is the log of the mean weight, not of the sum.")
def log_of_the_sum(log_w):
    return torch.logsumexp(log_w, 0)


@mistake("nb1.iwae_bound", "The mean of the logarithms is the ordinary ELBO; take the log of the mean.")
def mean_of_logs(log_w):
    return log_w.mean(0)


@mistake("nb1.iwae_bound", "Subtract log K, not K.")
def subtracts_the_number_of_samples(log_w):
    return torch.logsumexp(log_w, 0) - log_w.shape[0]


@mistake("nb1.iwae_bound", "The log of the mean subtracts log K; dividing by K is for sums outside the logarithm.")
def divides_by_the_number_of_samples(log_w):
    return torch.logsumexp(log_w, 0) / log_w.shape[0]


@mistake("nb1.iwae_bound", "log K is added where it should be subtracted.")
def adds_log_k(log_w):
    return torch.logsumexp(log_w, 0) + math.log(log_w.shape[0])


@mistake("nb1.iwae_bound", "The largest weight is not the mean weight.")
def largest_weight(log_w):
    return log_w.max(0)[0]


@mistake("nb1.iwae_bound", "The samples are on the first axis; you average over the images.")
def over_the_images(log_w):
    return torch.logsumexp(log_w, 1) - math.log(log_w.shape[1])


@mistake("nb1.iwae_bound", "K is the number of samples; you subtract the log of the number of images.")
def log_of_the_batch_size(log_w):
    return torch.logsumexp(log_w, 0) - math.log(log_w.shape[1])


@mistake("nb1.iwae_bound", "The weights are too small for a float: stay in log space.")
def underflows(log_w):
    return log_w.exp().mean(0).log()


@mistake("nb1.iwae_bound", "The bound is right, but averaged: return one value per image.")
def averages_the_images(log_w):
    return (torch.logsumexp(log_w, 0) - math.log(log_w.shape[0])).mean()


@mistake("nb1.bits_per_dim", "Divide by the number of dimensions as well.")
def forgets_the_dimensions(nll_nats, num_dims):
    return nll_nats / math.log(2)


@mistake("nb1.bits_per_dim", "A nat is more than a bit: divide by log 2, do not multiply.")
def multiplies_by_log_2(nll_nats, num_dims):
    return nll_nats * math.log(2) / num_dims


@mistake("nb1.bits_per_dim", "These are nats per dimension: turn them into bits.")
def stays_in_nats(nll_nats, num_dims):
    return nll_nats / num_dims


@mistake("nb1.bits_per_dim", "All of the dimensions count, not one side of the image.")
def one_side(nll_nats, num_dims):
    return nll_nats / (28 * math.log(2))


@mistake("nb1.bits_per_dim", "All of the dimensions count, not one side of the image.")
def root_of_the_dimensions(nll_nats, num_dims):
    return nll_nats / (math.sqrt(num_dims) * math.log(2))


@mistake("nb1.bits_per_dim", "The batch size is not one of the dimensions of an example.")
def divides_by_the_batch(nll_nats, num_dims):
    return nll_nats / (len(nll_nats) * num_dims * math.log(2))


@mistake("nb1.bits_per_dim", "num_dims is ignored: not every image has 784 pixels.")
def always_784(nll_nats, num_dims):
    return nll_nats / (784 * math.log(2))


@mistake("nb1.bits_per_dim", "Return one value per example; the average comes later.")
def averages(nll_nats, num_dims):
    return nll_nats.mean() / (num_dims * math.log(2))


@mistake("nb1.bits_per_dim", "A ratio of units is asked for, not the logarithm of the value.")
def logarithm_of_the_value(nll_nats, num_dims):
    return torch.log2(nll_nats) / num_dims
