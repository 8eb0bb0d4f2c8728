"""A worm of a few neurons, in the form of the package cect's files."""

import json

import numpy as np

NAMES = ["ALML", "ALMR", "AVM", "PLML", "PLMR", "AVAL", "AVAR", "AVDL", "AVEL", "AVBL", "PVCL"]
NAMES += ["RIS", "BWM"]
# Who sends to whom, and by how many contacts. RIS releases GABA; BWM is muscle.
CHEMICAL = {
    ("ALML", "PVCL"): 3, ("AVM", "AVBL"): 4, ("PLML", "AVDL"): 3, ("AVDL", "AVAL"): 5,
    ("AVDL", "AVEL"): 2, ("PVCL", "AVBL"): 5, ("PVCL", "RIS"): 3, ("RIS", "AVEL"): 4,
    ("AVAL", "BWM"): 9,
}  # fmt: skip
JUNCTIONS = {("AVM", "AVDL"): 2, ("PLML", "PVCL"): 2, ("ALML", "AVM"): 1, ("RIS", "RIS"): 1}


def matrices(names=NAMES, chemical=CHEMICAL, junctions=JUNCTIONS):
    """The contacts as matrices, gap junctions in both directions."""
    place = {name: k for k, name in enumerate(names)}
    sent, joined = np.zeros((2, len(names), len(names)))
    for (one, other), contacts in chemical.items():
        sent[place[one], place[other]] = contacts
    for (one, other), contacts in junctions.items():
        joined[place[one], place[other]] = joined[place[other], place[one]] = contacts
    return {"Generic_CS": sent.tolist(), "Generic_GJ": joined.tolist()}


def written(path, names=NAMES, **contacts):
    """The worm as a file."""
    content = {"nodes": names, "connections": matrices(names, **contacts)}
    path.write_text(json.dumps(content), encoding="utf-8")
    return path
