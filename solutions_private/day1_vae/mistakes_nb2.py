"""Wrong answers to NB2, each with the sentence a tutor would say."""

import math

import torch
import torch.nn.functional as F
from torch import distributions as D

from genweek.making.variants import mistake

# ---- GenerativeModel.z1_given_z2 ----


@mistake("nb2.GenerativeModel.z1_given_z2", "Return log_var, not the variance: the callers take the exponential.")
def z1_variance(self, z2):
    h = F.relu(self.fc2(F.relu(self.fc1(z2))))
    return self.to_mu(h), self.to_log_var(h).exp()


@mistake("nb2.GenerativeModel.z1_given_z2", "Return log_var, not the standard deviation: the callers take the exponential.")
def z1_std(self, z2):
    h = F.relu(self.fc2(F.relu(self.fc1(z2))))
    return self.to_mu(h), torch.exp(0.5 * self.to_log_var(h))


@mistake("nb2.GenerativeModel.z1_given_z2", "Two hidden layers are asked for, with a ReLU after each of them.")
def z1_no_relu(self, z2):
    h = self.fc2(self.fc1(z2))
    return self.to_mu(h), self.to_log_var(h)


@mistake("nb2.GenerativeModel.z1_given_z2", "Two hidden layers are asked for, with a ReLU after each of them.")
def z1_no_second_relu(self, z2):
    h = self.fc2(F.relu(self.fc1(z2)))
    return self.to_mu(h), self.to_log_var(h)


@mistake("nb2.GenerativeModel.z1_given_z2", "The second hidden layer, fc2, is left out.")
def z1_one_layer(self, z2):
    h = F.relu(self.fc1(z2))
    return self.to_mu(h), self.to_log_var(h)


@mistake("nb2.GenerativeModel.z1_given_z2", "A mean may lie on either side of 0: no ReLU after the last layer.")
def z1_relu_mu(self, z2):
    h = F.relu(self.fc2(F.relu(self.fc1(z2))))
    return F.relu(self.to_mu(h)), self.to_log_var(h)


@mistake(
    "nb2.GenerativeModel.z1_given_z2",
    "log_var is the logarithm of a variance and may be negative: leave it as the layer gives it.",
)
def z1_relu_log_var(self, z2):
    h = F.relu(self.fc2(F.relu(self.fc1(z2))))
    return self.to_mu(h), F.relu(self.to_log_var(h))


@mistake(
    "nb2.GenerativeModel.z1_given_z2",
    "log_var is the logarithm of a variance and may be negative: leave it as the layer gives it.",
)
def z1_softplus_log_var(self, z2):
    h = F.relu(self.fc2(F.relu(self.fc1(z2))))
    return self.to_mu(h), F.softplus(self.to_log_var(h))


@mistake(
    "nb2.GenerativeModel.z1_given_z2",
    "A Gaussian has two parameters: return the mean and the log-variance, as a tuple of two tensors.",
)
def z1_mean_alone(self, z2):
    return self.to_mu(F.relu(self.fc2(F.relu(self.fc1(z2)))))


@mistake("nb2.GenerativeModel.z1_given_z2", "Right tensors, other order: the mean comes first, then the log-variance.")
def z1_swapped(self, z2):
    h = F.relu(self.fc2(F.relu(self.fc1(z2))))
    return self.to_log_var(h), self.to_mu(h)


@mistake("nb2.GenerativeModel.z1_given_z2", "Both outputs come from the same head: log_var has a layer of its own.")
def z1_one_head(self, z2):
    h = F.relu(self.fc2(F.relu(self.fc1(z2))))
    return self.to_mu(h), self.to_mu(h)


@mistake(
    "nb2.GenerativeModel.z1_given_z2", "The numbers are right, but no gradient gets through: nothing here may be detached."
)
def z1_detached(self, z2):
    h = F.relu(self.fc2(F.relu(self.fc1(z2)))).detach()
    return self.to_mu(h), self.to_log_var(h)


@mistake("nb2.GenerativeModel.z1_given_z2", "Mean and log-variance may have either sign: no ReLU after the heads.")
def z1_relu_on_both_heads(self, z2):
    h = F.relu(self.fc2(F.relu(self.fc1(z2))))
    return F.relu(self.to_mu(h)), F.relu(self.to_log_var(h))


@mistake(
    "nb2.GenerativeModel.z1_given_z2",
    "log_var is clamped: outside the clamp nothing is learned. The docstring asks for it as it is.",
)
def z1_clamped(self, z2):
    h = F.relu(self.fc2(F.relu(self.fc1(z2))))
    return self.to_mu(h), F.hardtanh(self.to_log_var(h), -7, 2)


@mistake(
    "nb2.GenerativeModel.z1_given_z2",
    "log_var is clamped: outside the clamp nothing is learned. The docstring asks for it as it is.",
)
def z1_clamped_at_ten(self, z2):
    h = F.relu(self.fc2(F.relu(self.fc1(z2))))
    return self.to_mu(h), torch.clamp(self.to_log_var(h), -10.0, 10.0)


@mistake("nb2.GenerativeModel.z1_given_z2", "tanh confines the log-variance to (-1, 1): leave it as the layer gives it.")
def z1_tanh_log_var(self, z2):
    h = F.relu(self.fc2(F.relu(self.fc1(z2))))
    return self.to_mu(h), torch.tanh(self.to_log_var(h))


@mistake("nb2.GenerativeModel.z1_given_z2", "The two tensors are computed but not returned: the method needs a `return`.")
def z1_returns_nothing(self, z2):
    h = F.relu(self.fc2(F.relu(self.fc1(z2))))
    self.mu, self.log_var = self.to_mu(h), self.to_log_var(h)


# ---- InferenceModel.forward ----


@mistake(
    "nb2.InferenceModel.forward",
    "Return two pairs, (mu1, log_var1) and (mu2, log_var2): the callers unpack them layer by layer.",
)
def four_in_a_row(self, x):
    h2 = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
    h3 = F.relu(self.fc3(h2))
    return self.to_mu1(h2), self.to_log_var1(h2), self.to_mu2(h3), self.to_log_var2(h3)


@mistake("nb2.InferenceModel.forward", "Pair by layer, not by kind: one pair for z1, one for z2.")
def paired_by_kind(self, x):
    h2 = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
    h3 = F.relu(self.fc3(h2))
    return (self.to_mu1(h2), self.to_mu2(h3)), (self.to_log_var1(h2), self.to_log_var2(h3))


@mistake("nb2.InferenceModel.forward", "The layers have changed places: z1 comes first, then z2.")
def layers_swapped(self, x):
    h2 = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
    h3 = F.relu(self.fc3(h2))
    return (self.to_mu2(h3), self.to_log_var2(h3)), (self.to_mu1(h2), self.to_log_var1(h2))


@mistake("nb2.InferenceModel.forward", "A linear layer reads vectors: flatten each image to 784 numbers first.")
def not_flattened(self, x):
    h2 = F.relu(self.fc2(F.relu(self.fc1(x))))
    h3 = F.relu(self.fc3(h2))
    return (self.to_mu1(h2), self.to_log_var1(h2)), (self.to_mu2(h3), self.to_log_var2(h3))


@mistake("nb2.InferenceModel.forward", "q(z2|x) is read one layer further up, from h3; you read both layers from h2.")
def both_from_h2(self, x):
    h2 = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
    return (self.to_mu1(h2), self.to_log_var1(h2)), (self.to_mu2(h2), self.to_log_var2(h2))


@mistake("nb2.InferenceModel.forward", "q(z1|x) is read half-way, from h2; you read both layers from h3.")
def both_from_h3(self, x):
    h3 = F.relu(self.fc3(F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))))
    return (self.to_mu1(h3), self.to_log_var1(h3)), (self.to_mu2(h3), self.to_log_var2(h3))


@mistake("nb2.InferenceModel.forward", "h3 is built on h2, and not beside it: fc3 takes the output of the second layer.")
def fc3_on_h1(self, x):
    h1 = F.relu(self.fc1(x.flatten(1)))
    h2, h3 = F.relu(self.fc2(h1)), F.relu(self.fc3(h1))
    return (self.to_mu1(h2), self.to_log_var1(h2)), (self.to_mu2(h3), self.to_log_var2(h3))


@mistake("nb2.InferenceModel.forward", "Without a ReLU after each hidden layer the path is one linear map.")
def no_relu(self, x):
    h2 = self.fc2(self.fc1(x.flatten(1)))
    h3 = self.fc3(h2)
    return (self.to_mu1(h2), self.to_log_var1(h2)), (self.to_mu2(h3), self.to_log_var2(h3))


@mistake("nb2.InferenceModel.forward", "The ReLU after the last hidden layer, h3, is missing.")
def no_relu_on_h3(self, x):
    h2 = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
    h3 = self.fc3(h2)
    return (self.to_mu1(h2), self.to_log_var1(h2)), (self.to_mu2(h3), self.to_log_var2(h3))


@mistake("nb2.InferenceModel.forward", "Return log-variances, not variances: the callers take the exponential.")
def variances(self, x):
    h2 = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
    h3 = F.relu(self.fc3(h2))
    return (self.to_mu1(h2), self.to_log_var1(h2).exp()), (self.to_mu2(h3), self.to_log_var2(h3).exp())


@mistake("nb2.InferenceModel.forward", "Means and log-variances may have either sign: no ReLU after the heads.")
def relu_on_the_heads(self, x):
    h2 = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
    h3 = F.relu(self.fc3(h2))
    first = F.relu(self.to_mu1(h2)), F.relu(self.to_log_var1(h2))
    return first, (F.relu(self.to_mu2(h3)), F.relu(self.to_log_var2(h3)))


@mistake("nb2.InferenceModel.forward", "The lower layers never hear from z2: the path from h2 to h3 is detached.")
def second_layer_detached(self, x):
    h2 = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
    h3 = F.relu(self.fc3(h2.detach()))
    return (self.to_mu1(h2), self.to_log_var1(h2)), (self.to_mu2(h3), self.to_log_var2(h3))


@mistake(
    "nb2.InferenceModel.forward",
    "The log-variances are clamped: outside the clamp nothing is learned. The docstring asks for them as they are.",
)
def clamped(self, x):
    h2 = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
    h3 = F.relu(self.fc3(h2))
    first = self.to_mu1(h2), F.hardtanh(self.to_log_var1(h2), -7, 2)
    return first, (self.to_mu2(h3), F.hardtanh(self.to_log_var2(h3), -7, 2))


@mistake(
    "nb2.InferenceModel.forward",
    "The log-variances are clamped: outside the clamp nothing is learned. The docstring asks for them as they are.",
)
def clamped_at_ten(self, x):
    h2 = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
    h3 = F.relu(self.fc3(h2))
    first = self.to_mu1(h2), self.to_log_var1(h2).clamp(-10, 10)
    return first, (self.to_mu2(h3), self.to_log_var2(h3).clamp(-10, 10))


@mistake("nb2.InferenceModel.forward", "A log-variance may be negative: no ReLU and no softplus after its heads.")
def relu_on_the_log_variances(self, x):
    h2 = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
    h3 = F.relu(self.fc3(h2))
    first = self.to_mu1(h2), F.relu(self.to_log_var1(h2))
    return first, (self.to_mu2(h3), F.relu(self.to_log_var2(h3)))


@mistake("nb2.InferenceModel.forward", "Return log-variances, not standard deviations: the callers take the exponential.")
def standard_deviations(self, x):
    h2 = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
    h3 = F.relu(self.fc3(h2))
    first = self.to_mu1(h2), torch.exp(0.5 * self.to_log_var1(h2))
    return first, (self.to_mu2(h3), torch.exp(0.5 * self.to_log_var2(h3)))


@mistake("nb2.InferenceModel.forward", "Only the parameters of z1 come back: return those of z2 as a second pair.")
def first_layer_alone(self, x):
    h2 = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
    return self.to_mu1(h2), self.to_log_var1(h2)


# ---- log_normal ----


@mistake(
    "nb2.log_normal",
    "The constant log(2*pi) of each latent is missing. It cancels in log q - log p of one "
    "layer, but each term should be right by itself.",
)
def without_constant(z, mu, log_var):
    return -0.5 * (log_var + (z - mu) ** 2 / log_var.exp()).sum(-1)


@mistake(
    "nb2.log_normal",
    "log_var is the log of the variance already: twice the log of the standard deviation would "
    "be the same thing, twice log_var is not.",
)
def twice_log_var(z, mu, log_var):
    return -0.5 * (math.log(2 * math.pi) + 2 * log_var + (z - mu) ** 2 / log_var.exp()).sum(-1)


@mistake("nb2.log_normal", "A squared distance is measured in units of the variance: divide by it, do not multiply.")
def times_variance(z, mu, log_var):
    return -0.5 * (math.log(2 * math.pi) + log_var + (z - mu) ** 2 * log_var.exp()).sum(-1)


@mistake("nb2.log_normal", "Sign: this is the negative log-density.")
def negated(z, mu, log_var):
    return 0.5 * (math.log(2 * math.pi) + log_var + (z - mu) ** 2 / log_var.exp()).sum(-1)


@mistake("nb2.log_normal", "The squared distance is divided by the standard deviation; it wants the variance.")
def over_std(z, mu, log_var):
    return -0.5 * (math.log(2 * math.pi) + log_var + (z - mu) ** 2 / torch.exp(0.5 * log_var)).sum(-1)


@mistake("nb2.log_normal", "The squared distance is divided by log_var; it wants the variance.")
def over_log_var(z, mu, log_var):
    return -0.5 * (math.log(2 * math.pi) + log_var + (z - mu) ** 2 / log_var).sum(-1)


@mistake(
    "nb2.log_normal", "The variance enters twice, in the distance and in the normalisation: the log_var term is missing."
)
def without_log_var(z, mu, log_var):
    return -0.5 * (math.log(2 * math.pi) + (z - mu) ** 2 / log_var.exp()).sum(-1)


@mistake("nb2.log_normal", "The factor one half belongs to all three terms.")
def half_on_the_square_alone(z, mu, log_var):
    return -(math.log(2 * math.pi) + log_var + 0.5 * (z - mu) ** 2 / log_var.exp()).sum(-1)


@mistake("nb2.log_normal", "The log-density of a vector is a sum over its entries: you averaged over the latents.")
def mean_over_latents(z, mu, log_var):
    return -0.5 * (math.log(2 * math.pi) + log_var + (z - mu) ** 2 / log_var.exp()).mean(-1)


@mistake("nb2.log_normal", "Keep the batch axis: one number per example, the mean over the batch comes later.")
def summed_over_everything(z, mu, log_var):
    return -0.5 * (math.log(2 * math.pi) + log_var + (z - mu) ** 2 / log_var.exp()).sum()


@mistake("nb2.log_normal", "dim=0 is the batch; the latents are on the last axis.")
def summed_over_the_batch(z, mu, log_var):
    return -0.5 * (math.log(2 * math.pi) + log_var + (z - mu) ** 2 / log_var.exp()).sum(0)


@mistake("nb2.log_normal", "One number per example is asked for: sum over the latents.")
def not_summed(z, mu, log_var):
    return -0.5 * (math.log(2 * math.pi) + log_var + (z - mu) ** 2 / log_var.exp())


@mistake("nb2.log_normal", "There is one constant log(2*pi) per latent; you counted it once per example.")
def constant_once(z, mu, log_var):
    return -0.5 * (math.log(2 * math.pi) + (log_var + (z - mu) ** 2 / log_var.exp()).sum(-1))


@mistake("nb2.log_normal", "The third argument is the log of the variance, and not of the standard deviation.")
def read_as_log_std(z, mu, log_var):
    return D.Normal(mu, log_var.exp()).log_prob(z).sum(-1)


@mistake(
    "nb2.log_normal",
    "The numbers are right, but z, mu or log_var are changed by the call: in-place operations belong on fresh tensors only.",
)
def in_place(z, mu, log_var):
    with torch.no_grad():
        squared = z.sub_(mu).pow(2) / log_var.exp()
    return -0.5 * (math.log(2 * math.pi) + log_var + squared).sum(-1)


@mistake("nb2.log_normal", "The numbers are right, but no gradient gets through: nothing here may be detached.")
def detached(z, mu, log_var):
    return (-0.5 * (math.log(2 * math.pi) + log_var + (z - mu) ** 2 / log_var.exp()).sum(-1)).detach()


@mistake("nb2.log_normal", "The factor one half is missing: it belongs to all three terms.")
def without_half(z, mu, log_var):
    return -(math.log(2 * math.pi) + log_var + (z - mu) ** 2 / log_var.exp()).sum(-1)


@mistake("nb2.log_normal", "log_var is clamped: beyond the clamp, this is the density of another Gaussian.")
def clamped(z, mu, log_var):
    log_var = log_var.clamp(-7, 2)
    return -0.5 * (math.log(2 * math.pi) + log_var + (z - mu) ** 2 / log_var.exp()).sum(-1)


@mistake("nb2.log_normal", "z and mu alone have no density: this is the standard normal one, log_var is never used.")
def log_var_ignored(z, mu, log_var):
    return -0.5 * (math.log(2 * math.pi) + (z - mu) ** 2).sum(-1)


# ---- elbo_terms ----


@mistake(
    "nb2.elbo_terms", "log p(z2) is 0 everywhere: the prior of z2 is N(0, I), and its log-density belongs into the bound."
)
def prior_is_missing(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": torch.zeros(len(x)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "log q(z2|.) is 0 everywhere: what z2 was drawn from has to be paid back.")
def entropy_of_z2_is_missing(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": torch.zeros(len(x)),
    }


@mistake("nb2.elbo_terms", "Both log q terms are 0: the sum would be E[log joint], and not an ELBO.")
def both_entropies_are_missing(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": torch.zeros(len(x)),
        "log_q_z2_given_x": torch.zeros(len(x)),
    }


@mistake(
    "nb2.elbo_terms",
    "log p(z1|z2) is judged under N(0, I): it must ask the generative model what z2 makes of z1, or z2 would never be used.",
)
def z1_ignores_z2(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, torch.zeros_like(z1), torch.zeros_like(z1)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "log p(z1|z2) is 0 everywhere: z2 would never be used.")
def p_z1_is_missing(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": torch.zeros(len(x)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake(
    "nb2.elbo_terms", "Each term is a log-density by its own name: the signs of the ELBO belong into hierarchical_elbo."
)
def q_terms_negated(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": -log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": -log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "z2 must be the sample of q, not a fresh one of the prior.")
def fresh_prior_sample(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "log p(z1|z2) looks at a fresh z2 from the prior, not at the one that was drawn from q.")
def p_z1_at_a_fresh_z2(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(torch.randn_like(z2))),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "log p(z1|z2) is evaluated at the mean of q(z2|.), and not at the sample z2.")
def p_z1_at_mu2(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(mu2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake(
    "nb2.elbo_terms",
    "z2 is drawn and scored with what inference(x) returns: once z1 is drawn, ask z2_given, "
    "because z2 may depend on that z1.",
)
def q_z2_from_forward(x, generative, inference):
    (mu1, log_var1), (mu2, log_var2) = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake(
    "nb2.elbo_terms", "z2 was drawn from q(z2|z1) but scored with another one: sample and score with the same distribution."
)
def drawn_from_chain_scored_from_x(x, generative, inference):
    (mu1, log_var1), other2 = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, *other2),
    }


@mistake("nb2.elbo_terms", "z2_given is asked about the mean mu1: it wants the z1 that was drawn.")
def z2_given_the_mean_of_z1(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, mu1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake(
    "nb2.elbo_terms",
    "The parameters of p(z1|z2) are taken as (mu, variance): z1_given_z2 returns a log-variance, and log_normal wants one.",
)
def variance_for_log_var(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    mu_p, log_var_p = generative.z1_given_z2(z2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, mu_p, log_var_p.exp()),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "log_normal got a standard deviation of p(z1|z2), where it wants the log-variance.")
def std_for_log_var(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    mu_p, log_var_p = generative.z1_given_z2(z2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, mu_p, torch.exp(0.5 * log_var_p)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "N(0, I) has variance 1, and so a log-variance of 0, not of 1.")
def prior_with_log_var_one(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.ones_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "log p(z2) was computed for z1: each term has its own sample.")
def prior_of_z1_for_z2(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z1, torch.zeros_like(z1), torch.zeros_like(z1)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "log q is evaluated at the means, and not at the samples that were drawn.")
def q_at_its_means(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(mu1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(mu2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "The decoder looks at mu1: the bound holds for the sample z1 only.")
def decoder_at_the_mean(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, mu1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "Both layers are their means: the samples need noise.")
def without_noise(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "Noise is stretched by the standard deviation, and not by the variance.")
def noise_times_variance(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "Noise is stretched by the standard deviation, and not by log_var.")
def noise_times_log_var(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + log_var1 * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + log_var2 * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "The noise is added as it is: stretch it by the standard deviation of q.")
def noise_without_scale(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "The noise is uniform: rand draws from [0, 1), where a standard normal is wanted.")
def uniform_noise(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.rand_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.rand_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "Both layers share their noise: each needs its own.")
def one_noise_for_both(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    noise = torch.randn_like(mu1)
    z1 = mu1 + torch.exp(0.5 * log_var1) * noise
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * noise[:, : mu2.shape[1]]
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "All images share their noise: draw it in the full shape of the mean.")
def one_noise_for_all_images(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1[:1])
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2[:1])
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake(
    "nb2.elbo_terms",
    "No gradient flows through your samples (see detach, sample, torch.normal); the inference model learns by them.",
)
def without_reparameterisation(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = torch.normal(mu1, torch.exp(0.5 * log_var1))
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = torch.normal(mu2, torch.exp(0.5 * log_var2))
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake(
    "nb2.elbo_terms",
    "No gradient flows through your samples (see detach, sample, torch.normal); the inference model learns by them.",
)
def detached_samples(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = (mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)).detach()
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = (mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)).detach()
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "One value per image is asked for: leave the batch axis alone.")
def means_over_the_batch(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1).mean(),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)).mean(),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)).mean(),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1).mean(),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2).mean(),
    }


@mistake("nb2.elbo_terms", "log_normal wants the log-variance of q as it is: here it gets an exponential of it.")
def variance_of_q(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1.exp()),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2.exp()),
    }


@mistake("nb2.elbo_terms", "log_normal wants the log-variance of q as it is: here it gets an exponential of it.")
def standard_deviation_of_q(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, torch.exp(0.5 * log_var1)),
        "log_q_z2_given_x": log_normal(z2, mu2, torch.exp(0.5 * log_var2)),
    }


@mistake("nb2.elbo_terms", "z2 is the mean of q(z2|.): it needs noise of its own, as z1 has.")
def noise_in_layer_1_alone(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "z1 is the mean of q(z1|x): it needs noise of its own, as z2 has.")
def noise_in_layer_2_alone(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "log p(x|z1) is evaluated at a fresh draw: all five terms belong to one z1 and one z2.")
def a_fresh_draw_for_x(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    fresh = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, fresh),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "log q(z1|x) is evaluated at the mean mu1, and not at the sample z1.")
def log_q_z1_at_its_mean(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(mu1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "log q(z2|.) is evaluated at the mean mu2, and not at the sample z2.")
def log_q_z2_at_its_mean(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(mu2, mu2, log_var2),
    }


@mistake(
    "nb2.elbo_terms",
    "The samples come in double precision, which the models refuse: make the noise in the dtype of the means.",
)
def samples_in_double_precision(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn(mu1.shape, dtype=torch.float64)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn(mu2.shape, dtype=torch.float64)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "Two halves of the batch share their noise: draw a number for every image and latent.")
def halves_share_their_noise(x, generative, inference):
    def noise(mu):
        return torch.randn(len(mu) // 2 + 1, mu.shape[1], dtype=mu.dtype).repeat(2, 1)[: len(mu)]

    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * noise(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * noise(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


@mistake("nb2.elbo_terms", "log q has lost its factor one half.")
def log_q_without_its_half(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2) * torch.randn_like(mu2)
    eps1, eps2 = (z1 - mu1) * torch.exp(-0.5 * log_var1), (z2 - mu2) * torch.exp(-0.5 * log_var2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": -(math.log(2 * math.pi) + log_var1 + eps1**2).sum(-1),
        "log_q_z2_given_x": -(math.log(2 * math.pi) + log_var2 + eps2**2).sum(-1),
    }


@mistake("nb2.elbo_terms", "log_var is clamped where you draw: a variance outside the clamp gets another spread than q has.")
def clamps_log_var_in_the_draw(x, generative, inference):
    (mu1, log_var1), _ = inference(x)
    z1 = mu1 + torch.exp(0.5 * log_var1.clamp(-1, 1)) * torch.randn_like(mu1)
    mu2, log_var2 = inference.z2_given(x, z1)
    z2 = mu2 + torch.exp(0.5 * log_var2.clamp(-1, 1)) * torch.randn_like(mu2)
    return {
        "log_p_x_given_z1": generative.log_p_x_given_z1(x, z1),
        "log_p_z1_given_z2": log_normal(z1, *generative.z1_given_z2(z2)),
        "log_p_z2": log_normal(z2, torch.zeros_like(z2), torch.zeros_like(z2)),
        "log_q_z1_given_x": log_normal(z1, mu1, log_var1),
        "log_q_z2_given_x": log_normal(z2, mu2, log_var2),
    }


# ---- hierarchical_elbo ----


@mistake("nb2.hierarchical_elbo", "The prior term log p(z2) is missing.")
def prior_is_missing(x, generative, inference, kl_weight=1.0):
    px, p1, p2, q1, q2 = elbo_terms(x, generative, inference).values()
    return px - kl_weight * (q1 - p1 + q2)


@mistake("nb2.hierarchical_elbo", "The term -log q(z2|.) is missing.")
def entropy_of_z2_is_missing(x, generative, inference, kl_weight=1.0):
    px, p1, p2, q1, q2 = elbo_terms(x, generative, inference).values()
    return px - kl_weight * (q1 - p1 - p2)


@mistake("nb2.hierarchical_elbo", "The term -log q(z1|x) is missing.")
def entropy_of_z1_is_missing(x, generative, inference, kl_weight=1.0):
    px, p1, p2, q1, q2 = elbo_terms(x, generative, inference).values()
    return px - kl_weight * (q2 - p1 - p2)


@mistake("nb2.hierarchical_elbo", "Both -log q terms are missing: this is the log joint, and not the ELBO.")
def log_joint(x, generative, inference, kl_weight=1.0):
    px, p1, p2, q1, q2 = elbo_terms(x, generative, inference).values()
    return px + kl_weight * (p1 + p2)


@mistake("nb2.hierarchical_elbo", "log p(z1|z2) is missing: z2 would never be used.")
def p_z1_is_missing(x, generative, inference, kl_weight=1.0):
    px, p1, p2, q1, q2 = elbo_terms(x, generative, inference).values()
    return px - kl_weight * (q1 + q2 - p2)


@mistake(
    "nb2.hierarchical_elbo",
    "Sign of the prices: a code that is more likely under the prior is cheaper, and the price is subtracted.",
)
def kl_sign(x, generative, inference, kl_weight=1.0):
    px, p1, p2, q1, q2 = elbo_terms(x, generative, inference).values()
    return px - kl_weight * (p1 + p2 - q1 - q2)


@mistake("nb2.hierarchical_elbo", "All five terms are added: log q enters with a minus.")
def all_added(x, generative, inference, kl_weight=1.0):
    px, p1, p2, q1, q2 = elbo_terms(x, generative, inference).values()
    return px + kl_weight * (p1 + p2 + q1 + q2)


@mistake(
    "nb2.hierarchical_elbo", "This is the negative ELBO: here higher is better, the sign for the loss comes in train_step."
)
def negated(x, generative, inference, kl_weight=1.0):
    px, p1, p2, q1, q2 = elbo_terms(x, generative, inference).values()
    return -(px - kl_weight * (q1 - p1 + q2 - p2))


@mistake("nb2.hierarchical_elbo", "One value per image is asked for: the mean over the batch comes in train_step.")
def batch_mean(x, generative, inference, kl_weight=1.0):
    px, p1, p2, q1, q2 = elbo_terms(x, generative, inference).values()
    return (px - kl_weight * (q1 - p1 + q2 - p2)).mean()


@mistake("nb2.hierarchical_elbo", "One value per image is asked for, and not their sum.")
def batch_sum(x, generative, inference, kl_weight=1.0):
    px, p1, p2, q1, q2 = elbo_terms(x, generative, inference).values()
    return (px - kl_weight * (q1 - p1 + q2 - p2)).sum()


@mistake("nb2.hierarchical_elbo", "kl_weight is accepted but never used.")
def weight_ignored(x, generative, inference, kl_weight=1.0):
    px, p1, p2, q1, q2 = elbo_terms(x, generative, inference).values()
    return px - (q1 - p1 + q2 - p2)


@mistake("nb2.hierarchical_elbo", "kl_weight multiplies the prices only, and not the reconstruction.")
def weight_on_everything(x, generative, inference, kl_weight=1.0):
    px, p1, p2, q1, q2 = elbo_terms(x, generative, inference).values()
    return kl_weight * (px - (q1 - p1 + q2 - p2))


@mistake("nb2.hierarchical_elbo", "kl_weight is on the wrong term: it belongs to the prices.")
def weight_on_the_reconstruction(x, generative, inference, kl_weight=1.0):
    px, p1, p2, q1, q2 = elbo_terms(x, generative, inference).values()
    return kl_weight * px - (q1 - p1 + q2 - p2)


@mistake("nb2.hierarchical_elbo", "kl_weight multiplies the prices of both layers; here it is on layer 2 alone.")
def weight_on_layer_2_alone(x, generative, inference, kl_weight=1.0):
    px, p1, p2, q1, q2 = elbo_terms(x, generative, inference).values()
    return px - (q1 - p1) - kl_weight * (q2 - p2)


@mistake("nb2.hierarchical_elbo", "kl_weight multiplies the prices of both layers; here it is on layer 1 alone.")
def weight_on_layer_1_alone(x, generative, inference, kl_weight=1.0):
    px, p1, p2, q1, q2 = elbo_terms(x, generative, inference).values()
    return px - kl_weight * (q1 - p1) - (q2 - p2)


@mistake("nb2.hierarchical_elbo", "kl_weight multiplies all four terms of the prices, those of p as well.")
def weight_on_q_alone(x, generative, inference, kl_weight=1.0):
    px, p1, p2, q1, q2 = elbo_terms(x, generative, inference).values()
    return px + p1 + p2 - kl_weight * (q1 + q2)


@mistake("nb2.hierarchical_elbo", "Call elbo_terms once: here each term belongs to another draw.")
def five_draws(x, generative, inference, kl_weight=1.0):
    def term(name):
        return elbo_terms(x, generative, inference)[name]

    kl1 = term("log_q_z1_given_x") - term("log_p_z1_given_z2")
    kl2 = term("log_q_z2_given_x") - term("log_p_z2")
    return term("log_p_x_given_z1") - kl_weight * (kl1 + kl2)


@mistake("nb2.hierarchical_elbo", "The prices are detached: no gradient reaches four of the five terms.")
def detached_prices(x, generative, inference, kl_weight=1.0):
    px, p1, p2, q1, q2 = elbo_terms(x, generative, inference).values()
    return px - kl_weight * (q1 - p1 + q2 - p2).detach()


@mistake("nb2.hierarchical_elbo", "The five terms are simply added: log q enters with a minus, and kl_weight is not used.")
def sum_of_all_five(x, generative, inference, kl_weight=1.0):
    return sum(elbo_terms(x, generative, inference).values())


# ---- train_step ----


@mistake("nb2.train_step", "An optimizer minimises: the loss is minus the ELBO.")
def ascends(x, generative, inference, optimizer, kl_weight=1.0):
    loss = hierarchical_elbo(x, generative, inference, kl_weight).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb2.train_step", "The loss is the mean over the batch, and not the sum.")
def sums_the_batch(x, generative, inference, optimizer, kl_weight=1.0):
    loss = -hierarchical_elbo(x, generative, inference, kl_weight).sum()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb2.train_step", "Old gradients are never emptied: they pile up from step to step.")
def no_zero_grad(x, generative, inference, optimizer, kl_weight=1.0):
    loss = -hierarchical_elbo(x, generative, inference, kl_weight).mean()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb2.train_step", "zero_grad comes between backward and step: the fresh gradients are thrown away.")
def zero_grad_too_late(x, generative, inference, optimizer, kl_weight=1.0):
    loss = -hierarchical_elbo(x, generative, inference, kl_weight).mean()
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()


@mistake("nb2.train_step", "The optimizer never steps.")
def no_step(x, generative, inference, optimizer, kl_weight=1.0):
    loss = -hierarchical_elbo(x, generative, inference, kl_weight).mean()
    optimizer.zero_grad()
    loss.backward()
    return loss.item()


@mistake("nb2.train_step", "The step comes before the gradients of this batch are there.")
def step_before_backward(x, generative, inference, optimizer, kl_weight=1.0):
    loss = -hierarchical_elbo(x, generative, inference, kl_weight).mean()
    optimizer.step()
    optimizer.zero_grad()
    loss.backward()
    return loss.item()


@mistake("nb2.train_step", "kl_weight is accepted but not handed on.")
def weight_ignored(x, generative, inference, optimizer, kl_weight=1.0):
    loss = -hierarchical_elbo(x, generative, inference).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake(
    "nb2.train_step", "kl_weight belongs into the ELBO, where it weighs the prices alone; here it scales the whole loss."
)
def weight_on_the_loss(x, generative, inference, optimizer, kl_weight=1.0):
    loss = -kl_weight * hierarchical_elbo(x, generative, inference).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb2.train_step", "The step is right, but what is returned is the ELBO and not the loss.")
def returns_the_elbo(x, generative, inference, optimizer, kl_weight=1.0):
    loss = -hierarchical_elbo(x, generative, inference, kl_weight).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return -loss.item()


@mistake("nb2.train_step", "The step is right, but the loss is not returned.")
def returns_nothing(x, generative, inference, optimizer, kl_weight=1.0):
    loss = -hierarchical_elbo(x, generative, inference, kl_weight).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


@mistake("nb2.train_step", "The returned loss is computed anew after the step: return the one from before.")
def returns_the_loss_after(x, generative, inference, optimizer, kl_weight=1.0):
    loss = -hierarchical_elbo(x, generative, inference, kl_weight).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return -hierarchical_elbo(x, generative, inference, kl_weight).mean().item()


@mistake("nb2.train_step", "Half of the batch is left out.")
def first_half_of_the_batch(x, generative, inference, optimizer, kl_weight=1.0):
    loss = -hierarchical_elbo(x[: len(x) // 2], generative, inference, kl_weight).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb2.train_step", "One step is asked for; this makes two with the same gradients.")
def two_steps(x, generative, inference, optimizer, kl_weight=1.0):
    loss = -hierarchical_elbo(x, generative, inference, kl_weight).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    optimizer.step()
    return loss.item()


@mistake(
    "nb2.train_step", "The loss comes back as a tensor: the log wants a Python float, which keeps no computation alive."
)
def returns_a_tensor(x, generative, inference, optimizer, kl_weight=1.0):
    loss = -hierarchical_elbo(x, generative, inference, kl_weight).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss


@mistake("nb2.train_step", "A new optimizer in each step: use the one that was passed in, which remembers the steps before.")
def a_new_optimizer(x, generative, inference, optimizer, kl_weight=1.0):
    optimizer = torch.optim.Adam([*generative.parameters(), *inference.parameters()], lr=1e-3)
    loss = -hierarchical_elbo(x, generative, inference, kl_weight).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb2.train_step", "A loss per image has no gradient: average over the batch before you go backward.")
def backward_on_a_vector(x, generative, inference, optimizer, kl_weight=1.0):
    loss = -hierarchical_elbo(x, generative, inference, kl_weight)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.mean().item()


@mistake("nb2.train_step", "The second backward pass doubles the gradients: one per step.")
def doubles_the_gradients(x, generative, inference, optimizer, kl_weight=1.0):
    loss = -hierarchical_elbo(x, generative, inference, kl_weight).mean()
    optimizer.zero_grad()
    loss.backward(retain_graph=True)
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb2.train_step", "No gradients are computed: the backward pass is missing.")
def never_goes_backward(x, generative, inference, optimizer, kl_weight=1.0):
    loss = -hierarchical_elbo(x, generative, inference, kl_weight).mean()
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()
