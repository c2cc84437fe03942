"""Control maps of a posed body: skeleton, depth, normals and edges."""
