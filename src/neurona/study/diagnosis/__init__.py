"""The doctor: what is wrong with a network, with evidence, and what would help."""

from neurona.study.diagnosis.checkup import CHECKS, Diagnosis, diagnose, doctor
from neurona.study.diagnosis.examination import Examination
from neurona.study.diagnosis.finding import Finding
from neurona.study.diagnosis.fitting import judge_fit

__all__ = [
    "CHECKS",
    "Diagnosis",
    "Examination",
    "Finding",
    "diagnose",
    "doctor",
    "judge_fit",
]
