"""Camera, rasterizer and control maps of a posed body."""
