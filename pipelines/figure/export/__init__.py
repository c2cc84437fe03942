"""The dressed figure as a file that other programs open: GLB, VRM and OBJ."""
