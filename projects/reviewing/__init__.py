"""What the review pages show: the queue, one submission's workspace, the files in it. Reads only; actions write."""
