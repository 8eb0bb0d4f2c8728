"""Upwards: a trained artificial network as a network of rate neurons, and of spiking ones."""

from rheobase.reduction.conversion.convert import convert

__all__ = ["convert"]
