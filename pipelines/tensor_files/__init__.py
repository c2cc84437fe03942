"""Files of tensors, looked at before anything loads them: safetensors and GGUF headers, LoRAs, transformers."""
