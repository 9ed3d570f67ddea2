"""What is read of a record: the fields that are shown, searched and compared, by their own names.

A record holds more than these; what it holds is kept as it came. Words of a list (a status, a
phase) are kept as they are, known or not.
"""

from msgspec import Struct, field

__all__ = ["Location", "Protocol", "Study"]


class Form(Struct, frozen=True, rename="camel"):
    """A part of a record: fields that are not named here are passed over."""


class Day(Form, frozen=True):
    date: str = ""
    type: str = ""


class Identifier(Form, frozen=True):
    id: str = ""
    type: str = ""
    domain: str = ""
    link: str = ""


class Organization(Form, frozen=True):
    full_name: str = ""
    class_: str = field(default="", name="class")


class Identification(Form, frozen=True):
    nct_id: str
    nct_id_aliases: list[str] = []
    org_study_id_info: Identifier = Identifier()
    secondary_id_infos: list[Identifier] = []
    organization: Organization = Organization()
    brief_title: str = ""
    official_title: str = ""
    acronym: str = ""


class Status(Form, frozen=True):
    overall_status: str = ""
    why_stopped: str = ""
    status_verified_date: str = ""
    start_date_struct: Day = Day()
    primary_completion_date_struct: Day = Day()
    completion_date_struct: Day = Day()
    study_first_post_date_struct: Day = Day()
    last_update_submit_date: str = ""
    last_update_post_date_struct: Day = Day()


class Sponsor(Form, frozen=True):
    name: str = ""
    class_: str = field(default="", name="class")


class Sponsors(Form, frozen=True):
    lead_sponsor: Sponsor = Sponsor()
    collaborators: list[Sponsor] = []


class Description(Form, frozen=True):
    brief_summary: str = ""
    detailed_description: str = ""


class Conditions(Form, frozen=True):
    conditions: list[str] = []
    keywords: list[str] = []


class Masking(Form, frozen=True):
    masking: str = ""
    who_masked: list[str] = []


class DesignInfo(Form, frozen=True):
    allocation: str = ""
    intervention_model: str = ""
    primary_purpose: str = ""
    observational_model: str = ""
    time_perspective: str = ""
    masking_info: Masking = Masking()


class Enrollment(Form, frozen=True):
    count: int | None = None
    type: str = ""


class Design(Form, frozen=True):
    study_type: str = ""
    phases: list[str] = []
    design_info: DesignInfo = DesignInfo()
    enrollment_info: Enrollment = Enrollment()


class ArmGroup(Form, frozen=True):
    label: str = ""
    type: str = ""
    description: str = ""
    intervention_names: list[str] = []


class Intervention(Form, frozen=True):
    type: str = ""
    name: str = ""
    description: str = ""
    other_names: list[str] = []
    arm_group_labels: list[str] = []


class Arms(Form, frozen=True):
    arm_groups: list[ArmGroup] = []
    interventions: list[Intervention] = []


class Outcome(Form, frozen=True):
    measure: str = ""
    description: str = ""
    time_frame: str = ""


class Outcomes(Form, frozen=True):
    primary_outcomes: list[Outcome] = []
    secondary_outcomes: list[Outcome] = []


class Eligibility(Form, frozen=True):
    eligibility_criteria: str = ""
    healthy_volunteers: bool | None = None
    sex: str = ""
    minimum_age: str = ""
    maximum_age: str = ""
    std_ages: list[str] = []


class Point(Form, frozen=True):
    lat: float
    lon: float

    @property
    def is_on_earth(self) -> bool:
        """Whether there is such a place."""
        return abs(self.lat) <= 90 and abs(self.lon) <= 180


class Contact(Form, frozen=True):
    name: str = ""
    role: str = ""
    phone: str = ""
    email: str = ""
    affiliation: str = ""


class Location(Form, frozen=True):
    facility: str = ""
    status: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""
    geo_point: Point | None = None
    contacts: list[Contact] = []


class Contacts(Form, frozen=True):
    central_contacts: list[Contact] = []
    overall_officials: list[Contact] = []
    locations: list[Location] = []


class Protocol(Form, frozen=True):
    identification_module: Identification
    status_module: Status = Status()
    sponsor_collaborators_module: Sponsors = Sponsors()
    description_module: Description = Description()
    conditions_module: Conditions = Conditions()
    design_module: Design = Design()
    arms_interventions_module: Arms = Arms()
    outcomes_module: Outcomes = Outcomes()
    eligibility_module: Eligibility = Eligibility()
    contacts_locations_module: Contacts = Contacts()


class Misc(Form, frozen=True):
    version_holder: str = ""


class Term(Form, frozen=True):
    id: str = ""
    term: str = ""


class Leaf(Form, frozen=True):
    name: str = ""
    as_found: str = ""


class Browse(Form, frozen=True):
    meshes: list[Term] = []
    ancestors: list[Term] = []
    browse_leaves: list[Leaf] = []


class Derived(Form, frozen=True):
    misc_info_module: Misc = Misc()
    condition_browse_module: Browse = Browse()
    intervention_browse_module: Browse = Browse()


class Study(Form, frozen=True):
    """One record of the registry, as far as it is read."""

    protocol_section: Protocol
    derived_section: Derived = Derived()
    has_results: bool = False
