"""The poses as they are written: words put together, one file a group. `pipelines.pose.build` solves them."""
