"""Wrong answers to NB4, each with the sentence a tutor would say."""

import torch
import torch.nn.functional as F

from genweek.making.variants import mistake

# ---- ResidualBlock.forward ----


@mistake("nb4.ResidualBlock.forward", "The shortcut is missing: the block should return its input plus a correction.")
def no_shortcut(self, x, emb):
    h = self.conv1(F.silu(self.norm1(x))) + self.from_emb(emb)[:, :, None, None]
    return self.conv2(F.silu(self.norm2(h)))


@mistake(
    "nb4.ResidualBlock.forward",
    "Where the number of channels changes, the input has to pass self.shortcut first.",
)
def bare_input_as_shortcut(self, x, emb):
    h = self.conv1(F.silu(self.norm1(x))) + self.from_emb(emb)[:, :, None, None]
    return x + self.conv2(F.silu(self.norm2(h)))


@mistake("nb4.ResidualBlock.forward", "The shortcut takes the untouched input of the block, not the normalised one.")
def shortcut_of_normalised_input(self, x, emb):
    x = self.norm1(x)
    h = self.conv1(F.silu(x)) + self.from_emb(emb)[:, :, None, None]
    return self.shortcut(x) + self.conv2(F.silu(self.norm2(h)))


@mistake("nb4.ResidualBlock.forward", "Shortcut and correction are added, not averaged.")
def averaged(self, x, emb):
    h = self.conv1(F.silu(self.norm1(x))) + self.from_emb(emb)[:, :, None, None]
    return (self.shortcut(x) + self.conv2(F.silu(self.norm2(h)))) / 2


@mistake("nb4.ResidualBlock.forward", "The embedding is never used: this block knows neither time nor label.")
def no_embedding(self, x, emb):
    h = self.conv1(F.silu(self.norm1(x)))
    return self.shortcut(x) + self.conv2(F.silu(self.norm2(h)))


@mistake("nb4.ResidualBlock.forward", "(B, C) does not fit onto (B, C, H, W): it needs two more axes, of length 1.")
def embedding_without_axes(self, x, emb):
    h = self.conv1(F.silu(self.norm1(x))) + self.from_emb(emb)
    return self.shortcut(x) + self.conv2(F.silu(self.norm2(h)))


@mistake("nb4.ResidualBlock.forward", "All images get the embedding of the first one: every image has its own.")
def embedding_of_the_first_image(self, x, emb):
    h = self.conv1(F.silu(self.norm1(x))) + self.from_emb(emb)[:1, :, None, None]
    return self.shortcut(x) + self.conv2(F.silu(self.norm2(h)))


@mistake("nb4.ResidualBlock.forward", "The embedding comes too late: it is added between the two convolutions.")
def embedding_after_both(self, x, emb):
    h = self.conv2(F.silu(self.norm2(self.conv1(F.silu(self.norm1(x))))))
    return self.shortcut(x) + h + self.from_emb(emb)[:, :, None, None]


@mistake("nb4.ResidualBlock.forward", "The embedding is used as it is: it has been through a SiLU already.")
def second_activation_of_the_embedding(self, x, emb):
    h = self.conv1(F.silu(self.norm1(x))) + self.from_emb(F.silu(emb))[:, :, None, None]
    return self.shortcut(x) + self.conv2(F.silu(self.norm2(h)))


@mistake(
    "nb4.ResidualBlock.forward",
    "The embedding is cut off from the gradient, so time and label are never learned.",
)
def detached_embedding(self, x, emb):
    h = self.conv1(F.silu(self.norm1(x))) + self.from_emb(emb.detach())[:, :, None, None]
    return self.shortcut(x) + self.conv2(F.silu(self.norm2(h)))


@mistake("nb4.ResidualBlock.forward", "The embedding is multiplied onto the features; it is to be added.")
def embedding_as_a_factor(self, x, emb):
    h = self.conv1(F.silu(self.norm1(x))) * self.from_emb(emb)[:, :, None, None]
    return self.shortcut(x) + self.conv2(F.silu(self.norm2(h)))


@mistake("nb4.ResidualBlock.forward", "The formula has a SiLU where you have a ReLU.")
def relu(self, x, emb):
    h = self.conv1(F.relu(self.norm1(x))) + self.from_emb(emb)[:, :, None, None]
    return self.shortcut(x) + self.conv2(F.relu(self.norm2(h)))


@mistake(
    "nb4.ResidualBlock.forward",
    "Without a nonlinearity two convolutions are no more than one: both SiLUs are missing.",
)
def no_activation(self, x, emb):
    h = self.conv1(self.norm1(x)) + self.from_emb(emb)[:, :, None, None]
    return self.shortcut(x) + self.conv2(self.norm2(h))


@mistake("nb4.ResidualBlock.forward", "Inside out: the norm comes first, then the SiLU, then the convolution.")
def activation_before_norm(self, x, emb):
    h = self.conv1(self.norm1(F.silu(x))) + self.from_emb(emb)[:, :, None, None]
    return self.shortcut(x) + self.conv2(self.norm2(F.silu(h)))


@mistake("nb4.ResidualBlock.forward", "The second norm is missing.")
def one_norm(self, x, emb):
    h = self.conv1(F.silu(self.norm1(x))) + self.from_emb(emb)[:, :, None, None]
    return self.shortcut(x) + self.conv2(F.silu(h))


@mistake("nb4.ResidualBlock.forward", "Nothing comes after the sum: a SiLU there would bend the shortcut.")
def activation_at_the_end(self, x, emb):
    h = self.conv1(F.silu(self.norm1(x))) + self.from_emb(emb)[:, :, None, None]
    return F.silu(self.shortcut(x) + self.conv2(F.silu(self.norm2(h))))


@mistake(
    "nb4.ResidualBlock.forward",
    "This writes into the caller's features: an identity shortcut is x itself, so add out of place.",
)
def sum_in_place(self, x, emb):
    h = self.conv1(F.silu(self.norm1(x))) + self.from_emb(emb)[:, :, None, None]
    out = self.shortcut(x)
    out += self.conv2(F.silu(self.norm2(h)))
    return out


@mistake("nb4.ResidualBlock.forward", "The first norm is missing.")
def first_norm_missing(self, x, emb):
    h = self.conv1(F.silu(x)) + self.from_emb(emb)[:, :, None, None]
    return self.shortcut(x) + self.conv2(F.silu(self.norm2(h)))


@mistake("nb4.ResidualBlock.forward", "The second SiLU is missing, between the second norm and its convolution.")
def second_activation_missing(self, x, emb):
    h = self.conv1(F.silu(self.norm1(x))) + self.from_emb(emb)[:, :, None, None]
    return self.shortcut(x) + self.conv2(self.norm2(h))


@mistake("nb4.ResidualBlock.forward", "The first SiLU is missing, between the first norm and its convolution.")
def first_activation_missing(self, x, emb):
    h = self.conv1(self.norm1(x)) + self.from_emb(emb)[:, :, None, None]
    return self.shortcut(x) + self.conv2(F.silu(self.norm2(h)))


@mistake("nb4.ResidualBlock.forward", "You normalise after the convolutions; here each one comes after its norm and SiLU.")
def normalised_afterwards(self, x, emb):
    h = F.silu(self.norm1(self.conv1(x))) + self.from_emb(emb)[:, :, None, None]
    return self.shortcut(x) + F.silu(self.norm2(self.conv2(h)))


@mistake("nb4.ResidualBlock.forward", "You normalise after the convolutions; here each one comes after its norm and SiLU.")
def normalised_afterwards_in_turn(self, x, emb):
    h = self.norm1(F.silu(self.conv1(x))) + self.from_emb(emb)[:, :, None, None]
    return self.shortcut(x) + self.norm2(F.silu(self.conv2(h)))


@mistake("nb4.ResidualBlock.forward", "Dropout is no part of this block: its output must not depend on luck.")
def dropout_while_training(self, x, emb):
    h = self.conv1(F.silu(self.norm1(x))) + self.from_emb(emb)[:, :, None, None]
    return self.shortcut(x) + self.conv2(F.dropout(F.silu(self.norm2(h)), 0.1, self.training))


@mistake("nb4.ResidualBlock.forward", "Large features must pass as they are: do not clip them.")
def clipped_features(self, x, emb):
    h = self.conv1(F.silu(self.norm1(x))) + self.from_emb(emb)[:, :, None, None]
    return (self.shortcut(x) + self.conv2(F.silu(self.norm2(h)))).clamp(-10, 10)


# ---- SmallUNet.forward ----


@mistake("nb4.SmallUNet.forward", "The order of the channels: the upsampled ones come first, then the fine view.")
def fine_view_first(self, x_t, t, label=None):
    emb = self.embed(t, label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb)
    return self.head(self.up_block(torch.cat([fine, self.upsample(coarse)], dim=1), emb))


@mistake("nb4.SmallUNet.forward", "Side by side as channels is axis 1; axis 0 would double the batch.")
def joined_along_the_batch(self, x_t, t, label=None):
    emb = self.embed(t, label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb)
    return self.head(self.up_block(torch.cat([self.upsample(coarse), fine], dim=0), emb))


@mistake("nb4.SmallUNet.forward", "The two views are put side by side, not added: up_block expects 3C channels.")
def views_added(self, x_t, t, label=None):
    emb = self.embed(t, label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb)
    return self.head(self.up_block(self.upsample(coarse) + fine, emb))


@mistake("nb4.SmallUNet.forward", "The skip connection carries nothing: without the fine view all detail is lost.")
def empty_skip(self, x_t, t, label=None):
    emb = self.embed(t, label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb)
    return self.head(self.up_block(torch.cat([self.upsample(coarse), torch.zeros_like(fine)], dim=1), emb))


@mistake("nb4.SmallUNet.forward", "The skip connection starts after down_block, not before it.")
def skip_before_the_block(self, x_t, t, label=None):
    emb = self.embed(t, label)
    start = self.conv_in(x_t)
    coarse = self.mid_block2(self.mid_block1(self.downsample(self.down_block(start, emb)), emb), emb)
    return self.head(self.up_block(torch.cat([self.upsample(coarse), start], dim=1), emb))


@mistake("nb4.SmallUNet.forward", "The coarse view is made from the output of down_block, not from that of conv_in.")
def coarse_view_of_the_raw_features(self, x_t, t, label=None):
    emb = self.embed(t, label)
    start = self.conv_in(x_t)
    coarse = self.mid_block2(self.mid_block1(self.downsample(start), emb), emb)
    return self.head(self.up_block(torch.cat([self.upsample(coarse), self.down_block(start, emb)], dim=1), emb))


@mistake(
    "nb4.SmallUNet.forward",
    "The skip connection is cut off from the gradient: down_block must learn through it, too.",
)
def detached_skip(self, x_t, t, label=None):
    emb = self.embed(t, label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb)
    return self.head(self.up_block(torch.cat([self.upsample(coarse), fine.detach()], dim=1), emb))


@mistake("nb4.SmallUNet.forward", "The label never reaches the embedding, so nobody can ask for a digit.")
def label_ignored(self, x_t, t, label=None):
    emb = self.embed(t)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb)
    return self.head(self.up_block(torch.cat([self.upsample(coarse), fine], dim=1), emb))


@mistake("nb4.SmallUNet.forward", "No label is not the digit 0: hand None on, the embedding knows what it means.")
def no_label_is_zero(self, x_t, t, label=None):
    emb = self.embed(t, torch.zeros_like(t) if label is None else label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb)
    return self.head(self.up_block(torch.cat([self.upsample(coarse), fine], dim=1), emb))


@mistake("nb4.SmallUNet.forward", "The step is ignored: faint and strong noise would be treated alike.")
def step_ignored(self, x_t, t, label=None):
    emb = self.embed(torch.zeros_like(t), label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb)
    return self.head(self.up_block(torch.cat([self.upsample(coarse), fine], dim=1), emb))


@mistake(
    "nb4.SmallUNet.forward",
    "All images get the same embedding, the mean of the batch: each has its own step and label.",
)
def mean_embedding(self, x_t, t, label=None):
    emb = self.embed(t, label)
    emb = emb.mean(dim=0, keepdim=True).expand_as(emb)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb)
    return self.head(self.up_block(torch.cat([self.upsample(coarse), fine], dim=1), emb))


@mistake("nb4.SmallUNet.forward", "mid_block2 is left out: the coarse view passes two blocks.")
def one_middle_block(self, x_t, t, label=None):
    emb = self.embed(t, label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block1(self.downsample(fine), emb)
    return self.head(self.up_block(torch.cat([self.upsample(coarse), fine], dim=1), emb))


@mistake("nb4.SmallUNet.forward", "mid_block1 is used twice, and mid_block2 never learns.")
def same_middle_block_twice(self, x_t, t, label=None):
    emb = self.embed(t, label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block1(self.mid_block1(self.downsample(fine), emb), emb)
    return self.head(self.up_block(torch.cat([self.upsample(coarse), fine], dim=1), emb))


@mistake("nb4.SmallUNet.forward", "The coarse view goes up again before the two middle blocks have seen it.")
def middle_blocks_unused(self, x_t, t, label=None):
    emb = self.embed(t, label)
    fine = self.down_block(self.conv_in(x_t), emb)
    return self.head(self.up_block(torch.cat([self.upsample(self.downsample(fine)), fine], dim=1), emb))


@mistake("nb4.SmallUNet.forward", "Noise takes both signs: no ReLU after the head.")
def relu_at_the_end(self, x_t, t, label=None):
    emb = self.embed(t, label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb)
    return F.relu(self.head(self.up_block(torch.cat([self.upsample(coarse), fine], dim=1), emb)))


@mistake("nb4.SmallUNet.forward", "Noise is not limited to [-1, 1]: no tanh after the head.")
def tanh_at_the_end(self, x_t, t, label=None):
    emb = self.embed(t, label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb)
    return torch.tanh(self.head(self.up_block(torch.cat([self.upsample(coarse), fine], dim=1), emb)))


@mistake("nb4.SmallUNet.forward", "The output is the prediction itself; x_t is not added to it.")
def input_added(self, x_t, t, label=None):
    emb = self.embed(t, label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb)
    return x_t + self.head(self.up_block(torch.cat([self.upsample(coarse), fine], dim=1), emb))


@mistake(
    "nb4.SmallUNet.forward", "Labels are dropped here at random: that is done for you in the training loop, by drop_labels."
)
def labels_dropped(self, x_t, t, label=None):
    label = None if label is None else drop_labels(label)
    emb = self.embed(t, label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb)
    return self.head(self.up_block(torch.cat([self.upsample(coarse), fine], dim=1), emb))


@mistake(
    "nb4.SmallUNet.forward", "Labels are dropped here at random: that is done for you in the training loop, by drop_labels."
)
def labels_of_the_batch_dropped(self, x_t, t, label=None):
    label = None if torch.rand(()) < 0.1 else label
    emb = self.embed(t, label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb)
    return self.head(self.up_block(torch.cat([self.upsample(coarse), fine], dim=1), emb))


@mistake(
    "nb4.SmallUNet.forward",
    "Nothing may depend on whether the network is in training: the loss and the sampler need the same.",
)
def label_only_in_training(self, x_t, t, label=None):
    label = label if self.training else None
    emb = self.embed(t, label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb)
    return self.head(self.up_block(torch.cat([self.upsample(coarse), fine], dim=1), emb))


@mistake("nb4.SmallUNet.forward", "Dropout is no part of this network: its output must not depend on luck.")
def dropout_of_the_skip(self, x_t, t, label=None):
    emb = self.embed(t, label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb)
    fine = F.dropout(fine, 0.1, self.training)
    return self.head(self.up_block(torch.cat([self.upsample(coarse), fine], dim=1), emb))


@mistake("nb4.SmallUNet.forward", "Noisy images go beyond [-1, 1]: do not clip x_t.")
def input_clipped(self, x_t, t, label=None):
    x_t = x_t.clamp(-3, 3)
    emb = self.embed(t, label)
    fine = self.down_block(self.conv_in(x_t), emb)
    coarse = self.mid_block2(self.mid_block1(self.downsample(fine), emb), emb)
    return self.head(self.up_block(torch.cat([self.upsample(coarse), fine], dim=1), emb))


# ---- diffusion_loss ----


@mistake("nb4.diffusion_loss", "The network predicts the noise: compare with it, not with the clean images.")
def target_is_x0(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), x0)


@mistake("nb4.diffusion_loss", "The target is the noise alone, not the noisy image that contains it.")
def target_is_x_t(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    x_t = q_sample(x0, t, noise, schedule)
    return F.mse_loss(model(x_t, t, label), x_t)


@mistake("nb4.diffusion_loss", "The model must see the noisy images, not the clean ones.")
def model_sees_x0(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(x0, t, label), noise)


@mistake("nb4.diffusion_loss", "The model is shown pure noise: mix it with the images first.")
def model_sees_noise(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(noise, t, label), noise)


@mistake("nb4.diffusion_loss", "Images and noise have changed places in the forward process.")
def images_and_noise_swapped(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(noise, t, x0, schedule), t, label), noise)


@mistake("nb4.diffusion_loss", "Two different noises: the target is the very noise that went into the images.")
def another_noise_as_target(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise.flip(0))


@mistake("nb4.diffusion_loss", "A mean, not a sum: else the loss grows with the batch and the image.")
def sum_over_everything(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return (model(q_sample(x0, t, noise, schedule), t, label) - noise).square().sum()


@mistake(
    "nb4.diffusion_loss",
    "Per pixel: you sum over the pixels of an image, as for the ELBO; here they are averaged.",
)
def sum_over_pixels(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return (model(q_sample(x0, t, noise, schedule), t, label) - noise).square().flatten(1).sum(1).mean()


@mistake("nb4.diffusion_loss", "One number for the batch: average over the images, too.")
def one_loss_per_image(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return (model(q_sample(x0, t, noise, schedule), t, label) - noise).square().mean((1, 2, 3))


@mistake("nb4.diffusion_loss", "Squared differences, not absolute ones.")
def absolute_error(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.l1_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake("nb4.diffusion_loss", "No root: the loss is the mean square itself.")
def root_mean_square(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise).sqrt()


@mistake("nb4.diffusion_loss", "No factor one half: the mean square itself is asked for.")
def half(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return 0.5 * F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake("nb4.diffusion_loss", "Minimise the error: your sign makes a bad prediction look good.")
def negated(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return -F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake("nb4.diffusion_loss", "Every step counts the same in this loss: do not weight the images by their noise.")
def weighted_by_the_noise(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    weight = 1 - schedule.alpha_bar[t].view(-1, 1, 1, 1)
    return (weight * (model(q_sample(x0, t, noise, schedule), t, label) - noise).square()).mean()


@mistake("nb4.diffusion_loss", "One step for the whole batch: draw one for every image.")
def one_step_for_all(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (1,)).expand(len(x0)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake("nb4.diffusion_loss", "randint excludes its upper end: steps beyond T-1 do not exist.")
def one_step_too_many(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps + 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake("nb4.diffusion_loss", "Your steps are not uniform: the last one comes twice as often as the others.")
def last_step_too_often(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps + 1, (len(x0),)).clamp(max=schedule.num_steps - 1) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake("nb4.diffusion_loss", "Step 0 is never drawn, yet it is the last one of sampling.")
def steps_from_one(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(1, schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake("nb4.diffusion_loss", "randint excludes its upper end: your last step, T-1, is never drawn.")
def last_step_never(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps - 1, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake("nb4.diffusion_loss", "When steps are given, use them: drawing is for None only.")
def given_steps_ignored(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),))
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake("nb4.diffusion_loss", "When noise is given, use it: drawing is for None only.")
def given_noise_ignored(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0)
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake("nb4.diffusion_loss", "Gaussian noise, please: rand draws from the unit interval.")
def uniform_noise(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.rand_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake("nb4.diffusion_loss", "Every pixel needs its own noise: yours is one number per image.")
def one_noise_per_image(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn(len(x0), 1, 1, 1).expand_as(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake("nb4.diffusion_loss", "All images get the same noise: draw with the full shape of the batch.")
def one_noise_for_the_batch(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0[:1]).expand_as(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake("nb4.diffusion_loss", "The label is not handed to the model.")
def label_not_told(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t), noise)


@mistake("nb4.diffusion_loss", "No label is not the digit 0: hand None on to the model.")
def no_label_becomes_zero(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    label = torch.zeros_like(t) if label is None else label
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake("nb4.diffusion_loss", "The model wants whole steps 0..T-1, not fractions of T.")
def step_as_a_fraction(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t / schedule.num_steps, label), noise)


@mistake("nb4.diffusion_loss", "The model is told another step than the one that the noise was added for.")
def step_off_by_one(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t + 1, label), noise)


@mistake("nb4.diffusion_loss", "no_grad belongs to sampling: here the model has to learn.")
def without_gradient(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    with torch.no_grad():
        return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake("nb4.diffusion_loss", "This overwrites the caller's images: work on a new tensor.")
def images_overwritten(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    x0.copy_(q_sample(x0, t, noise, schedule))
    return F.mse_loss(model(x0, t, label), noise)


@mistake("nb4.diffusion_loss", "The target is drawn anew: compare the prediction with the very noise that went into x_t.")
def target_redrawn(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), torch.randn_like(noise))


@mistake("nb4.diffusion_loss", "The squared error itself: a Huber loss grows more slowly where the error is large.")
def smooth_l1(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.smooth_l1_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake("nb4.diffusion_loss", "The squared error itself: a Huber loss grows more slowly where the error is large.")
def huber(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.huber_loss(model(q_sample(x0, t, noise, schedule), t, label), noise, delta=0.1)


@mistake(
    "nb4.diffusion_loss",
    "Per pixel: you sum over the pixels of an image, as for the ELBO; here they are averaged.",
)
def sum_over_the_last_axis(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return (model(q_sample(x0, t, noise, schedule), t, label) - noise).square().sum(-1).mean()


@mistake(
    "nb4.diffusion_loss",
    "Per pixel: you sum over the pixels of an image, as for the ELBO; here they are averaged.",
)
def sum_over_the_channels(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return (model(q_sample(x0, t, noise, schedule), t, label) - noise).square().sum(2).mean()


@mistake(
    "nb4.diffusion_loss",
    "Per pixel: you sum over the pixels of an image, as for the ELBO; here they are averaged.",
)
def sum_over_the_batch_size(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise, reduction="sum") / len(x0)


@mistake("nb4.diffusion_loss", "len(schedule) is 3, for its three arrays: the number of steps is schedule.num_steps.")
def length_of_the_tuple(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(len(schedule), (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake("nb4.diffusion_loss", "`or` asks whether a whole tensor is true, which has no answer: ask `t is None`.")
def step_or_a_draw(model, x0, schedule, label=None, t=None, noise=None):
    t = t or torch.randint(schedule.num_steps, (len(x0),))
    noise = torch.randn_like(x0) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake(
    "nb4.diffusion_loss", "The noise is drawn in float64, and the network refuses it: randn_like(x0) has the right dtype."
)
def noise_in_float64(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn(x0.shape, dtype=torch.float64) if noise is None else noise
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake(
    "nb4.diffusion_loss", "Labels are dropped here at random: that is done for you in the training loop, by drop_labels."
)
def labels_dropped(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    label = None if label is None else drop_labels(label)
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake(
    "nb4.diffusion_loss", "Labels are dropped here at random: that is done for you in the training loop, by drop_labels."
)
def labels_of_the_batch_dropped(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    noise = torch.randn_like(x0) if noise is None else noise
    label = None if torch.rand(()) < 0.1 else label
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake("nb4.diffusion_loss", "Two images share each noise: draw with the full shape of the batch.")
def one_noise_for_two_halves(model, x0, schedule, label=None, t=None, noise=None):
    t = torch.randint(schedule.num_steps, (len(x0),)) if t is None else t
    if noise is None:
        noise = torch.randn_like(x0[: (len(x0) + 1) // 2]).repeat(2, 1, 1, 1)[: len(x0)]
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


# ---- train_step ----


@mistake("nb4.train_step", "Old gradients pile up: clear them before each backward.")
def gradients_never_cleared(model, x0, label, optimizer, schedule):
    loss = diffusion_loss(model, x0, schedule, label)
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake(
    "nb4.train_step",
    "When the optimizer steps there is no gradient: backward() comes before it, clearing before that.",
)
def gradients_cleared_too_late(model, x0, label, optimizer, schedule):
    loss = diffusion_loss(model, x0, schedule, label)
    loss.backward()
    optimizer.zero_grad()
    optimizer.step()
    return loss.item()


@mistake(
    "nb4.train_step",
    "When the optimizer steps there is no gradient: backward() comes before it, clearing before that.",
)
def no_backward(model, x0, label, optimizer, schedule):
    optimizer.zero_grad()
    loss = diffusion_loss(model, x0, schedule, label)
    optimizer.step()
    return loss.item()


@mistake("nb4.train_step", "The weights never move: let the optimizer make its step.")
def no_step(model, x0, label, optimizer, schedule):
    optimizer.zero_grad()
    loss = diffusion_loss(model, x0, schedule, label)
    loss.backward()
    return loss.item()


@mistake("nb4.train_step", "The optimizer steps twice on one gradient.")
def two_steps(model, x0, label, optimizer, schedule):
    optimizer.zero_grad()
    loss = diffusion_loss(model, x0, schedule, label)
    loss.backward()
    optimizer.step()
    optimizer.step()
    return loss.item()


@mistake("nb4.train_step", "This climbs: the gradient belongs to the loss, not to its negative.")
def ascent(model, x0, label, optimizer, schedule):
    optimizer.zero_grad()
    loss = diffusion_loss(model, x0, schedule, label)
    (-loss).backward()
    optimizer.step()
    return loss.item()


@mistake("nb4.train_step", "The loss is a mean already: scaling it by the batch scales the step.")
def scaled_by_the_batch(model, x0, label, optimizer, schedule):
    optimizer.zero_grad()
    loss = diffusion_loss(model, x0, schedule, label)
    (loss * len(x0)).backward()
    optimizer.step()
    return loss.item()


@mistake("nb4.train_step", "Report the loss of the batch itself, a mean: do not multiply it by the number of images.")
def report_scaled_by_the_batch(model, x0, label, optimizer, schedule):
    optimizer.zero_grad()
    loss = diffusion_loss(model, x0, schedule, label)
    loss.backward()
    optimizer.step()
    return loss.item() * len(x0)


@mistake("nb4.train_step", "Return a Python number: a tensor keeps the whole graph alive.")
def returns_a_tensor(model, x0, label, optimizer, schedule):
    optimizer.zero_grad()
    loss = diffusion_loss(model, x0, schedule, label)
    loss.backward()
    optimizer.step()
    return loss


@mistake("nb4.train_step", "The labels do not reach the loss.")
def labels_forgotten(model, x0, label, optimizer, schedule):
    optimizer.zero_grad()
    loss = diffusion_loss(model, x0, schedule)
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb4.train_step", "Report the loss that was computed, not a second one after the step.")
def loss_after_the_step(model, x0, label, optimizer, schedule):
    optimizer.zero_grad()
    diffusion_loss(model, x0, schedule, label).backward()
    optimizer.step()
    return diffusion_loss(model, x0, schedule, label).item()


@mistake("nb4.train_step", "no_grad belongs to sampling: here backward() needs the graph.")
def in_no_grad(model, x0, label, optimizer, schedule):
    with torch.no_grad():
        loss = diffusion_loss(model, x0, schedule, label)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb4.train_step", "Labels are hidden twice: fit has called drop_labels already.")
def labels_dropped_twice(model, x0, label, optimizer, schedule):
    optimizer.zero_grad()
    loss = diffusion_loss(model, x0, schedule, drop_labels(label))
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb4.train_step", "Use the optimizer that you are given: a new one in each step forgets what it has learned.")
def a_new_optimizer(model, x0, label, optimizer, schedule):
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    optimizer.zero_grad()
    loss = diffusion_loss(model, x0, schedule, label)
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb4.train_step", "Use the optimizer that you are given: a new one in each step forgets what it has learned.")
def steps_by_hand(model, x0, label, optimizer, schedule):
    optimizer.zero_grad()
    loss = diffusion_loss(model, x0, schedule, label)
    loss.backward()
    with torch.no_grad():
        for weight in model.parameters():
            weight -= 1e-2 * weight.grad
    return loss.item()


@mistake("nb4.train_step", "backward() starts from one number: average the loss first.")
def backward_on_a_vector(model, x0, label, optimizer, schedule):
    t, noise = torch.randint(schedule.num_steps, (len(x0),)), torch.randn_like(x0)
    loss = (model(q_sample(x0, t, noise, schedule), t, label) - noise).square().flatten(1).mean(1)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.mean().item()


@mistake("nb4.train_step", "This climbs: the gradient belongs to the loss, not to its negative.")
def minus_loss(model, x0, label, optimizer, schedule):
    optimizer.zero_grad()
    loss = -diffusion_loss(model, x0, schedule, label)
    loss.backward()
    optimizer.step()
    return loss.item()


@mistake("nb4.train_step", "The loss is a mean already: scaling it by the batch scales the step.")
def summed_loss(model, x0, label, optimizer, schedule):
    optimizer.zero_grad()
    loss = diffusion_loss(model, x0, schedule, label) * len(x0)
    loss.backward()
    optimizer.step()
    return loss.item()


# ---- p_sample_loop ----


@mistake("nb4.p_sample_loop", "Count down: the first step back is T-1, the last one is 0.")
def counting_up(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in range(schedule.num_steps):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "The step t = 0 is missing: range excludes its end.")
def last_step_missing(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in range(schedule.num_steps - 1, 0, -1):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "The first step back is T-1, and you begin one later.")
def first_step_missing(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps - 1)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "Steps are counted from 0 here, so the largest is T-1: T is out of range.")
def steps_counted_from_one(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in range(schedule.num_steps, 0, -1):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "No step may be left out: the schedule's steps fit together one by one.")
def every_other_step(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in range(schedule.num_steps - 1, -1, -2):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "Start from noise, not from zeros.")
def start_from_zeros(model, shape, schedule, label=None):
    x = torch.zeros(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "The start is Gaussian noise: rand draws from the unit interval.")
def start_from_uniform_noise(model, shape, schedule, label=None):
    x = torch.rand(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "All images start from the same noise: draw with the full shape.")
def same_start_for_all(model, shape, schedule, label=None):
    x = torch.randn(1, *shape[1:]).repeat(shape[0], 1, 1, 1)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "The start has variance 1, whatever sigma of the last step is.")
def start_too_small(model, shape, schedule, label=None):
    x = 0.5 * torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "The label is not handed to the model.")
def label_not_used(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t)), t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "All images get the label of the first one.")
def first_label_for_all(model, shape, schedule, label=None):
    x = torch.randn(shape)
    label = None if label is None else label[:1].expand(shape[0])
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "The network must be told the current step, not 0.")
def model_told_zero(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.zeros(shape[0], dtype=torch.long), label), t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "The network is told one step, the Gaussian another: both take the current t.")
def model_told_the_step_before(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            eps_hat = model(x, torch.full((shape[0],), max(t - 1, 0)), label)
            mean, std = reverse_gaussian(x, eps_hat, t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "The noise is predicted once and then reused: ask the network again in every step.")
def predicted_once(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        eps_hat = model(x, torch.full((shape[0],), schedule.num_steps - 1), label)
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, eps_hat, t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake(
    "nb4.p_sample_loop",
    "Every step starts from the result of the step before; yours all start from the first noise.",
)
def x_never_updated(model, shape, schedule, label=None):
    start = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(start, model(start, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.randn_like(mean)
    return x


@mistake("nb4.p_sample_loop", "No noise is added on the way: that draws the means, and far too little variety.")
def no_noise(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            x, _ = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
    return x


@mistake("nb4.p_sample_loop", "The noise of a step is Gaussian: rand draws from the unit interval.")
def uniform_noise_in_the_steps(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.rand_like(x)
    return x


@mistake("nb4.p_sample_loop", "sigma is a standard deviation already: do not square it.")
def variance_as_the_factor(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std**2 * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "sigma is a standard deviation, not a variance: no root.")
def root_of_sigma(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std.sqrt() * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "Noise of spread 1 is added, unscaled: sigma_t says how much.")
def noise_without_sigma(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, _ = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + (torch.randn_like(x) if t > 0 else 0)
    return x


@mistake("nb4.p_sample_loop", "sigma is added to the mean, without noise to scale.")
def sigma_without_noise(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std
    return x


@mistake("nb4.p_sample_loop", "All images share the noise of a step: draw with the full shape.")
def noise_shared_by_the_batch(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.randn_like(x[:1])
    return x


@mistake("nb4.p_sample_loop", "All pixels of an image share the noise of a step: draw with the full shape.")
def noise_shared_by_the_pixels(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.randn(shape[0], 1, 1, 1)
    return x


@mistake("nb4.p_sample_loop", "The same noise in every step: draw it anew inside the loop.")
def one_noise_for_all_steps(model, shape, schedule, label=None):
    x, noise = torch.randn(shape), torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * noise
    return x


@mistake("nb4.p_sample_loop", "Noise is left in the result: at t = 0 none is added.")
def noise_in_the_last_step(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + max(std, schedule.betas[0].sqrt()) * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "Only the step t = 0 goes without noise; yours leaves it out at t = 1 as well.")
def no_noise_in_the_last_two_steps(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + (std * torch.randn_like(x) if t > 1 else 0)
    return x


@mistake(
    "nb4.p_sample_loop",
    "Noisy images go beyond [-1, 1]: only the estimate of x0 is clipped, and that is done for you.",
)
def clipped_on_the_way(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = (mean + std * torch.randn_like(x)).clamp(-1, 1)
    return x


@mistake("nb4.p_sample_loop", "A step takes away a little of the noise, not all of it: go to the mean of the Gaussian.")
def prediction_subtracted(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            x = x - model(x, torch.full((shape[0],), t), label)
    return x


@mistake("nb4.p_sample_loop", "You jump to the estimate of x0 in each step: it belongs into the mean of the Gaussian.")
def jumps_to_the_estimate(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            x = estimate_x0(x, model(x, torch.full((shape[0],), t), label), t, schedule)
    return x


@mistake("nb4.p_sample_loop", "Nothing is trained here: without no_grad, the memory of T networks piles up.")
def with_gradients(model, shape, schedule, label=None):
    x = torch.randn(shape)
    for t in reversed(range(schedule.num_steps)):
        mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
        x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "Return the finished images alone, not the whole chain.")
def whole_chain(model, shape, schedule, label=None):
    chain = [torch.randn(shape)]
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(chain[-1], model(chain[-1], torch.full((shape[0],), t), label), t, schedule)
            chain.append(mean + std * torch.randn_like(mean))
    return torch.stack(chain)


@mistake("nb4.p_sample_loop", "The network wants its steps as a tensor (B,), one per image, not as a number.")
def step_as_a_number(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, t, label), t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "len(schedule) is 3, for its three arrays: the number of steps is schedule.num_steps.")
def length_of_the_tuple(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(len(schedule))):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "reverse_gaussian wants one whole number; the tensor of steps is for the network alone.")
def step_as_a_tensor_for_the_gaussian(model, shape, schedule, label=None):
    x = torch.randn(shape)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            steps = torch.full((shape[0],), t)
            mean, std = reverse_gaussian(x, model(x, steps, label), steps, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "randn, not rand, for the start: also around 0, a uniform start is no Gaussian one.")
def start_uniform_around_zero(model, shape, schedule, label=None):
    x = 2 * torch.rand(shape) - 1
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "randn, not rand, for the start: also around 0, a uniform start is no Gaussian one.")
def start_uniform_with_variance_one(model, shape, schedule, label=None):
    x = (torch.rand(shape) - 0.5) * 12**0.5
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "The start is drawn in float64, and the network refuses it.")
def start_in_float64(model, shape, schedule, label=None):
    x = torch.randn(shape, dtype=torch.float64)
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


@mistake("nb4.p_sample_loop", "Two images share each start: draw with the full shape.")
def one_start_for_two_halves(model, shape, schedule, label=None):
    x = torch.randn((shape[0] + 1) // 2, *shape[1:]).repeat(2, 1, 1, 1)[: shape[0]]
    with torch.no_grad():
        for t in reversed(range(schedule.num_steps)):
            mean, std = reverse_gaussian(x, model(x, torch.full((shape[0],), t), label), t, schedule)
            x = mean + std * torch.randn_like(x)
    return x


# ---- predicted_noise ----


@mistake("nb4.predicted_noise", "A sign is wrong: in the sum of your two equations x0 has not vanished.")
def minus_instead_of_plus(v, x_t, t, schedule):
    a, s = amounts(schedule, t)
    return a * v - s * x_t


@mistake("nb4.predicted_noise", "A sign is wrong: in the sum of your two equations x0 has not vanished.")
def both_the_other_way_round(v, x_t, t, schedule):
    a, s = amounts(schedule, t)
    return s * x_t - a * v


@mistake("nb4.predicted_noise", "The two amounts have changed places: your mixture still holds x0.")
def amounts_swapped(v, x_t, t, schedule):
    a, s = amounts(schedule, t)
    return s * v + a * x_t


@mistake("nb4.predicted_noise", "You have solved for the other unknown: this is the clean image.")
def clean_image(v, x_t, t, schedule):
    a, s = amounts(schedule, t)
    return a * x_t - s * v


@mistake("nb4.predicted_noise", "That is still v, which holds a part of the image.")
def v_itself(v, x_t, t, schedule):
    return v


@mistake("nb4.predicted_noise", "That is still v, which holds a part of the image.")
def v_rescaled(v, x_t, t, schedule):
    return v / amounts(schedule, t)[0]


@mistake("nb4.predicted_noise", "x_t alone does not tell: it holds a part of the image, and v is never used.")
def x_t_rescaled(v, x_t, t, schedule):
    return x_t / amounts(schedule, t)[1]


@mistake("nb4.predicted_noise", "You treat v as if it were the clean image; it is a mixture.")
def v_taken_for_x0(v, x_t, t, schedule):
    a, s = amounts(schedule, t)
    return (x_t - a * v) / s


@mistake("nb4.predicted_noise", "alpha_bar and 1 - alpha_bar are variances; the amounts are their roots.")
def variances_for_amounts(v, x_t, t, schedule):
    left = schedule.alpha_bar[t].view(-1, 1, 1, 1)
    return left * v + (1 - left) * x_t


@mistake("nb4.predicted_noise", "Nothing is clipped here: the noise that follows from any v is asked for.")
def estimate_clipped(v, x_t, t, schedule):
    a, s = amounts(schedule, t)
    return (x_t - a * (a * x_t - s * v).clamp(-1, 1)) / s


@mistake("nb4.predicted_noise", "Nothing is clipped here: the noise that follows from any v is asked for.")
def noise_clipped(v, x_t, t, schedule):
    a, s = amounts(schedule, t)
    return (a * v + s * x_t).clamp(-1, 1)


@mistake("nb4.predicted_noise", "Every image is at a step of its own: you take the first one for all.")
def step_of_the_first_image(v, x_t, t, schedule):
    a, s = amounts(schedule, t[:1])
    return a * v + s * x_t


@mistake("nb4.predicted_noise", "An amount for each image, (B,), needs three more axes, of length 1, to meet (B, 1, H, W).")
def amounts_without_axes(v, x_t, t, schedule):
    left = schedule.alpha_bar[t]
    return left.sqrt() * v + (1 - left).sqrt() * x_t


@mistake("nb4.predicted_noise", "These are the amounts of another step than t: alpha_bar[t] is that of step t.")
def step_before(v, x_t, t, schedule):
    a, s = amounts(schedule, t - 1)
    return a * v + s * x_t


@mistake("nb4.predicted_noise", "A factor too many: the squares of the two amounts add up to 1 already.")
def divided_once_more(v, x_t, t, schedule):
    a, s = amounts(schedule, t)
    return (a * v + s * x_t) / (a + s)


@mistake("nb4.predicted_noise", "A factor too many: the squares of the two amounts add up to 1 already.")
def divided_by_the_signal(v, x_t, t, schedule):
    a, s = amounts(schedule, t)
    return (a * v + s * x_t) / a


@mistake("nb4.predicted_noise", "A factor too many: the squares of the two amounts add up to 1 already.")
def mean_of_two(v, x_t, t, schedule):
    a, s = amounts(schedule, t)
    return (a * v + s * x_t) / 2


@mistake("nb4.predicted_noise", "An amount is missing: x_t, too, has to be multiplied before both are added.")
def x_t_not_multiplied(v, x_t, t, schedule):
    return amounts(schedule, t)[0] * v + x_t


@mistake("nb4.predicted_noise", "This overwrites what was handed in: work on a new tensor.")
def v_overwritten(v, x_t, t, schedule):
    a, s = amounts(schedule, t)
    return v.mul_(a).add_(s * x_t)


@mistake("nb4.predicted_noise", "This overwrites what was handed in: work on a new tensor.")
def images_overwritten(v, x_t, t, schedule):
    a, s = amounts(schedule, t)
    x_t *= s
    return x_t + a * v


# ---- ddim_step ----


@mistake("nb4.ddim_step", "Nothing is random here: the noise that fits is used again, and none is drawn.")
def fresh_noise(model, x_t, t, u, schedule, label=None):
    x0_hat = estimate_x0(x_t, model(x_t, torch.full((len(x_t),), t), label), t, schedule)
    a, s = amounts(schedule, u)
    return a * x0_hat + s * torch.randn_like(x_t)


@mistake("nb4.ddim_step", "Nothing is random here: the noise that fits is used again, and none is drawn.")
def fresh_noise_on_top(model, x_t, t, u, schedule, label=None):
    x0_hat = estimate_x0(x_t, model(x_t, torch.full((len(x_t),), t), label), t, schedule)
    (a, s), (a_u, s_u) = amounts(schedule, t), amounts(schedule, u)
    return a_u * x0_hat + s_u * (x_t - a * x0_hat) / s + 0.1 * s_u * torch.randn_like(x_t)


@mistake("nb4.ddim_step", "At step u an image holds noise as well: yours is the faded estimate alone.")
def estimate_alone(model, x_t, t, u, schedule, label=None):
    x0_hat = estimate_x0(x_t, model(x_t, torch.full((len(x_t),), t), label), t, schedule)
    return amounts(schedule, u)[0] * x0_hat


@mistake("nb4.ddim_step", "This is the estimate of the clean image, whatever u is: noise it again, to step u.")
def clean_image_at_once(model, x_t, t, u, schedule, label=None):
    return estimate_x0(x_t, model(x_t, torch.full((len(x_t),), t), label), t, schedule)


@mistake("nb4.ddim_step", "You are back at step t: the estimate is noised again with the amounts of u.")
def noised_to_t_again(model, x_t, t, u, schedule, label=None):
    eps = model(x_t, torch.full((len(x_t),), t), label)
    a, s = amounts(schedule, t)
    return a * estimate_x0(x_t, eps, t, schedule) + s * eps


@mistake("nb4.ddim_step", "The estimate belongs to step t, where x_t is, and not to u.")
def estimate_at_u(model, x_t, t, u, schedule, label=None):
    eps = model(x_t, torch.full((len(x_t),), t), label)
    a, s = amounts(schedule, u)
    return a * estimate_x0(x_t, eps, u, schedule) + s * eps


@mistake("nb4.ddim_step", "The noise that fits belongs to step t: there x_t is the mixture of it and the estimate.")
def noise_fitted_at_u(model, x_t, t, u, schedule, label=None):
    x0_hat = estimate_x0(x_t, model(x_t, torch.full((len(x_t),), t), label), t, schedule)
    a, s = amounts(schedule, u)
    return a * x0_hat + s * (x_t - a * x0_hat) / amounts(schedule, t)[1]


@mistake("nb4.ddim_step", "x_t is no noise: it holds the image as well.")
def x_t_for_the_noise(model, x_t, t, u, schedule, label=None):
    x0_hat = estimate_x0(x_t, model(x_t, torch.full((len(x_t),), t), label), t, schedule)
    a, s = amounts(schedule, u)
    return a * x0_hat + s * x_t


@mistake("nb4.ddim_step", "The two amounts of step u have changed places.")
def amounts_of_u_swapped(model, x_t, t, u, schedule, label=None):
    eps = model(x_t, torch.full((len(x_t),), t), label)
    s, a = amounts(schedule, u)
    return a * estimate_x0(x_t, eps, t, schedule) + s * eps


@mistake("nb4.ddim_step", "The two amounts have changed places in the noise that fits.")
def amounts_of_t_swapped(model, x_t, t, u, schedule, label=None):
    x0_hat = estimate_x0(x_t, model(x_t, torch.full((len(x_t),), t), label), t, schedule)
    (a, s), (a_u, s_u) = amounts(schedule, t), amounts(schedule, u)
    return a_u * x0_hat + s_u * (x_t - s * x0_hat) / a


@mistake("nb4.ddim_step", "The noise that fits comes with its amount: divide what is left of x_t by it.")
def noise_not_divided(model, x_t, t, u, schedule, label=None):
    x0_hat = estimate_x0(x_t, model(x_t, torch.full((len(x_t),), t), label), t, schedule)
    a, (a_u, s_u) = amounts(schedule, t)[0], amounts(schedule, u)
    return a_u * x0_hat + s_u * (x_t - a * x0_hat)


@mistake("nb4.ddim_step", "In what is left of x_t the estimate has to fade first, by the amount of signal of step t.")
def estimate_not_faded(model, x_t, t, u, schedule, label=None):
    x0_hat = estimate_x0(x_t, model(x_t, torch.full((len(x_t),), t), label), t, schedule)
    s, (a_u, s_u) = amounts(schedule, t)[1], amounts(schedule, u)
    return a_u * x0_hat + s_u * (x_t - x0_hat) / s


@mistake("nb4.ddim_step", "The noise is added at step u, as in the forward process, and not taken away.")
def noise_subtracted(model, x_t, t, u, schedule, label=None):
    eps = model(x_t, torch.full((len(x_t),), t), label)
    a, s = amounts(schedule, u)
    return a * estimate_x0(x_t, eps, t, schedule) - s * eps


@mistake("nb4.ddim_step", "u = -1 is the clean image; index -1 of alpha_bar is its last entry, nearly pure noise.")
def last_entry_for_the_clean_image(model, x_t, t, u, schedule, label=None):
    eps = model(x_t, torch.full((len(x_t),), t), label)
    left = schedule.alpha_bar[u]
    return left.sqrt() * estimate_x0(x_t, eps, t, schedule) + (1 - left).sqrt() * eps


@mistake("nb4.ddim_step", "u = -1 is the clean image: the step that leads there ends at the estimate.")
def step_0_for_the_clean_image(model, x_t, t, u, schedule, label=None):
    eps = model(x_t, torch.full((len(x_t),), t), label)
    a, s = amounts(schedule, max(u, 0))
    return a * estimate_x0(x_t, eps, t, schedule) + s * eps


@mistake("nb4.ddim_step", "The estimate can lie far outside the range of pixels: take it from estimate_x0, which clips it.")
def estimate_not_clipped(model, x_t, t, u, schedule, label=None):
    eps = model(x_t, torch.full((len(x_t),), t), label)
    (a, s), (a_u, s_u) = amounts(schedule, t), amounts(schedule, u)
    return a_u * (x_t - s * eps) / a + s_u * eps


@mistake("nb4.ddim_step", "Only the estimate is clipped: an image at step u holds noise, which goes beyond [-1, 1].")
def result_clipped(model, x_t, t, u, schedule, label=None):
    x0_hat = estimate_x0(x_t, model(x_t, torch.full((len(x_t),), t), label), t, schedule)
    (a, s), (a_u, s_u) = amounts(schedule, t), amounts(schedule, u)
    return (a_u * x0_hat + s_u * (x_t - a * x0_hat) / s).clamp(-1, 1)


@mistake("nb4.ddim_step", "alpha_bar and 1 - alpha_bar are variances; the amounts are their roots.")
def variances_for_amounts(model, x_t, t, u, schedule, label=None):
    eps = model(x_t, torch.full((len(x_t),), t), label)
    left = schedule.alpha_bar[u] if u >= 0 else 1.0
    return left * estimate_x0(x_t, eps, t, schedule) + (1 - left) * eps


@mistake("nb4.ddim_step", "The model is asked about step t, where x_t is.")
def model_asked_about_u(model, x_t, t, u, schedule, label=None):
    x0_hat = estimate_x0(x_t, model(x_t, torch.full((len(x_t),), max(u, 0)), label), t, schedule)
    (a, s), (a_u, s_u) = amounts(schedule, t), amounts(schedule, u)
    return a_u * x0_hat + s_u * (x_t - a * x0_hat) / s


@mistake("nb4.ddim_step", "The label is not handed to the model.")
def label_not_told(model, x_t, t, u, schedule, label=None):
    eps = model(x_t, torch.full((len(x_t),), t))
    a, s = amounts(schedule, u)
    return a * estimate_x0(x_t, eps, t, schedule) + s * eps


@mistake("nb4.ddim_step", "The network wants its steps as a tensor (B,), one per image, not as a number.")
def step_as_a_number(model, x_t, t, u, schedule, label=None):
    eps = model(x_t, t, label)
    a, s = amounts(schedule, u)
    return a * estimate_x0(x_t, eps, t, schedule) + s * eps


@mistake("nb4.ddim_step", "The model tells the noise already: NoiseFromV has translated its v.")
def translated_twice(model, x_t, t, u, schedule, label=None):
    steps = torch.full((len(x_t),), t)
    eps = predicted_noise(model(x_t, steps, label), x_t, steps, schedule)
    a, s = amounts(schedule, u)
    return a * estimate_x0(x_t, eps, t, schedule) + s * eps


@mistake("nb4.ddim_step", "That is one step of DDPM, to t - 1: here the stride goes to u.")
def step_of_ddpm(model, x_t, t, u, schedule, label=None):
    eps = model(x_t, torch.full((len(x_t),), t), label)
    return reverse_gaussian(x_t, eps, t, schedule)[0]


@mistake("nb4.ddim_step", "You stride to t - 1, whatever u is: steps may be left out.")
def one_step_only(model, x_t, t, u, schedule, label=None):
    eps = model(x_t, torch.full((len(x_t),), t), label)
    a, s = amounts(schedule, t - 1)
    return a * estimate_x0(x_t, eps, t, schedule) + s * eps


@mistake("nb4.ddim_step", "This overwrites the caller's images: work on a new tensor.")
def images_overwritten(model, x_t, t, u, schedule, label=None):
    x0_hat = estimate_x0(x_t, model(x_t, torch.full((len(x_t),), t), label), t, schedule)
    (a, s), (a_u, s_u) = amounts(schedule, t), amounts(schedule, u)
    x_t -= a * x0_hat
    return a_u * x0_hat + s_u * x_t / s


# ---- Extensions ----


@mistake("nb4.v_loss", "That is still the noise as the target.")
def target_is_the_noise(model, x0, schedule, label=None, t=None, noise=None):
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), noise)


@mistake("nb4.v_loss", "Mind the sign: v is what is left of the noise after subtracting the image's part.")
def plus_instead_of_minus(model, x0, schedule, label=None, t=None, noise=None):
    a, s = amounts(schedule, t)
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), a * noise + s * x0)


@mistake("nb4.v_loss", "The two amounts have changed places: in v, the noise gets the amount of signal.")
def amounts_swapped(model, x0, schedule, label=None, t=None, noise=None):
    a, s = amounts(schedule, t)
    return F.mse_loss(model(q_sample(x0, t, noise, schedule), t, label), s * noise - a * x0)
