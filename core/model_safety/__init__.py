"""Checks of model files from untrusted sources, in a separate process, before the model's library opens them.

`inspection.inspect_model_file` starts `probe`, which checks archives, Keras configs, HDF5 weights, NumPy arrays and
trees with limits on time and memory. Unknown content is refused, and so is a file that crashes the process.
"""

__all__: list[str] = []
