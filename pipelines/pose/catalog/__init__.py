"""The poses as they are written: primitives put together, one file a group. `pipelines.pose.build` solves them."""
