"""The names that a version of the Common Cartridge profile uses."""

from dataclasses import dataclass
from typing import Final

QTI_NAMESPACE: Final = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
ASSIGNMENT_NAMESPACE: Final = "http://www.imsglobal.org/xsd/imscc_extensions/assignment"
ASSIGNMENT_TYPE: Final = "assignment_xmlv1p0"
WEB_CONTENT: Final = "webcontent"


@dataclass(frozen=True)
class Profile:
    """`has_assignments`: work that is handed in may be given as an assignment beside its page."""

    version: str
    tag: str
    has_assignments: bool

    @property
    def namespace(self) -> str:
        return f"http://www.imsglobal.org/xsd/imscc{self.tag}/imscp_v1p1"

    @property
    def metadata_namespace(self) -> str:
        return f"http://ltsc.ieee.org/xsd/imscc{self.tag}/LOM/manifest"

    @property
    def extension_namespace(self) -> str:
        return f"http://www.imsglobal.org/xsd/imscc{self.tag}/imscp_extensionv1p2"

    @property
    def link_namespace(self) -> str:
        return f"http://www.imsglobal.org/xsd/imscc{self.tag}/imswl_{self.tag}"

    @property
    def link_type(self) -> str:
        return f"imswl_xml{self.tag}"

    @property
    def quiz_type(self) -> str:
        return f"imsqti_xmlv1p2/imscc_xml{self.tag}/assessment"


PROFILES: Final = {
    "1.3": Profile("1.3.0", "v1p3", has_assignments=True),
    "1.1": Profile("1.1.0", "v1p1", has_assignments=False),
}
"""1.3 is the newest; 1.1 is what importers that know no later one take."""
