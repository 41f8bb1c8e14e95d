"""Verification: a bundle and images in, a report out; reads the bundle from disk only."""

from webparity.parity.report import VerificationReport
from webparity.parity.verify import verify

__all__ = ["VerificationReport", "verify"]
