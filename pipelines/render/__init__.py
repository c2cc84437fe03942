"""How a body is seen: the camera and the rasterizer."""
