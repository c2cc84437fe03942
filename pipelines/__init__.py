"""What the studio computes: photos, bodies, poses, control maps, figures, prompts, images."""
