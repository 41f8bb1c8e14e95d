"""Model files from elsewhere, looked at in a process of their own before a library of models opens them.

`inspection.inspected` starts `probe`, which takes archives, Keras configs, HDF5 weights, NumPy arrays and trees apart
with limits on time and memory. What it does not know it refuses, and what crashes it is refused too.
"""

__all__: list[str] = []
