"""What Notebook 4 is given: noise on images, what the U-Net is told, a classifier of digits, and figures."""
