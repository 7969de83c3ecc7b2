"""Cases from and into files: `importing.import_cases` and `exporting.export_cases`."""

from referral.services.caseload.exporting import export_cases
from referral.services.caseload.importing import Outcome, import_cases
from referral.services.caseload.problems import Refused

__all__ = ["Outcome", "Refused", "export_cases", "import_cases"]
