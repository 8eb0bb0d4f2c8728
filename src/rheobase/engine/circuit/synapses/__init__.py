"""The synapses of a network between its runs: read, set, sampled, taken out and put in."""
