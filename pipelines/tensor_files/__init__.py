"""Files of tensors, looked at before anything loads them: safetensors headers, LoRAs."""
