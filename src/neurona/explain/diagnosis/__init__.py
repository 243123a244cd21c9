"""The doctor: what is wrong with a network, with evidence, and what would help."""

from neurona.explain.diagnosis.checkup import CHECKS, Diagnosis, diagnose, doctor
from neurona.explain.diagnosis.examination import Examination
from neurona.explain.diagnosis.finding import Finding
from neurona.explain.diagnosis.fitting import judge_fit

__all__ = [
    "CHECKS",
    "Diagnosis",
    "Examination",
    "Finding",
    "diagnose",
    "doctor",
    "judge_fit",
]
