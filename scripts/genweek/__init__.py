"""What the verbs in `scripts/` share: the masters and what is made of them, the proof, and the classroom."""
