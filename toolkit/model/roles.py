"""The roles that names play: what the engine itself must find in every profile, whatever its forms call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from toolkit.model.places import Name
from toolkit.model.record import record
from toolkit.model.rows import Row


class Role(StrEnum):
    """What the engine itself must find in every profile, whatever its forms call it; a form says "role" at a column."""

    FORM_PROFILE = "form.profile"
    FORM_YEAR = "form.year"
    DOOR = "door"  # which way the figures came
    UNIT_CODE = "unit.code"
    UNIT_NAME = "unit.name"
    UNIT_DEPARTMENT = "unit.department"
    UNIT_NATURE = "unit.nature"
    UNIT_RANK = "unit.rank"
    UNIT_FUNDING = "unit.funding"
    UNIT_LEAD = "unit.lead"  # its first choice means yes
    APPROVAL_NUMBER = "approval.number"
    APPROVAL_DATE = "approval.date"
    AGENCY_CODE = "agency.code"
    AGENCY_NAME = "agency.name"
    AGENCY_NATURE = "agency.nature"
    AGENCY_RANK = "agency.rank"
    AGENCY_FUNDING = "agency.funding"
    AGENCY_LEAD = "agency.lead"  # its first choice means yes
    AGENCY_APPROVED_INCOME = "agency.approved_income"
    AGENCY_APPROVED_EXPENDITURE = "agency.approved_expenditure"
    AGENCY_APPROVED_BASIC = "agency.approved_basic"
    AGENCY_APPROVED_PROJECT = "agency.approved_project"
    AGENCY_APPROVED_THREE_PUBLIC = "agency.approved_three_public"
    AGENCY_APPROVED_PROCUREMENT = "agency.approved_procurement"
    AGENCY_LEFT_OUT = "agency.left_out"
    PROJECT_NAME = "project.name"
    PROJECT_OFFICE = "project.office"
    PROJECT_MAIN = "project.main"  # its first choice means yes
    INDICATOR_LEVEL1 = "indicator.level1"
    INDICATOR_LEVEL2 = "indicator.level2"
    INDICATOR_LEVEL3 = "indicator.level3"
    INDICATOR_DESCRIPTION = "indicator.description"
    INDICATOR_VALUE = "indicator.value"
    INDICATOR_BASIS = "indicator.basis"
    GLOSSARY_TERM = "glossary.term"
    GLOSSARY_DEFINITION = "glossary.definition"
    ANSWER_ID = "answer.id"
    ANSWER_REASON = "answer.reason"
    DEPARTMENT_NAME = "department.name"
    DEPARTMENT_PUBLISHED = "department.published"
    REASON_KEY = "reason.key"
    REASON_ITEM = "reason.item"
    REASON_REASON = "reason.reason"
    REASON_MATERIAL = "reason.material"
    DECISION_ID = "decision.id"
    DECISION_UNIT = "decision.unit"
    DECISION_SEVERITY = "decision.severity"
    DECISION_PROBLEM = "decision.problem"
    DECISION_ANSWER = "decision.answer"
    DECISION_OPINION = "decision.opinion"  # its first choice agrees
    DECISION_WHO = "decision.who"
    DECISION_WHY = "decision.why"

    @property
    def part(self) -> str:
        """What the roles of one list have in common: agency, reason, decision, answer."""
        return self.value.partition(".")[0]

    @property
    def word(self) -> str:
        """What it is called among the roles of its part: code, name, level1."""
        return self.value.partition(".")[2]


@record()
class Cast:
    """Which name plays which role in a book, and which choice of it means yes."""

    names: Mapping[Role, Name] = field(default_factory=dict)
    yes: Mapping[Role, str] = field(default_factory=dict)

    def column(self, role: Role) -> str:
        """The column that plays a role; "" where none does."""
        name = self.names.get(role)
        return name.column if name is not None else ""

    def block(self, part: Role) -> str:
        """The block whose columns play the roles of one part: of the agencies, the reasons, the decisions, the answers."""
        return next(
            (name.block for role, name in self.names.items() if role.part == part.part),
            "",
        )

    def in_roles(self, row: Row, part: Role) -> Row:
        """The same row with its columns called by the roles they play."""
        roles = (role for role in self.names if role.part == part.part)
        found = {role: row.values.get(self.names[role].column) for role in roles}
        values = {
            str(role): value for role, value in found.items() if value is not None
        }
        return Row(row.key, values, row.cell)


NOBODY = Cast()
