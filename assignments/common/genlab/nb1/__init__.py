"""What Notebook 1 is given: ways to look at latents, a trained model for the recap, and figures."""
