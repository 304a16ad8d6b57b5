"""The form asks what was agreed, of whom, for whose eyes; and takes every real person."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import pytest

from mentorship.form import declaration, form
from mentorship.form.choices import OTHER, Choice, Choices, Choosing, DatedChoice, Explanation, Tick
from mentorship.form.disclosure import ShownSection
from mentorship.form.form import AnswersRefused, Form, forms
from mentorship.form.hidden import FormVersion, Stamp, Trap
from mentorship.form.question import Answer, Audience, Need, Question, Refused, Role
from mentorship.form.texts import Email, LongText, Month, Phone, Text
from tests import people
from tests.every import every
from tests.made import FORMS, SENT
from tests.unusual import NAMES, PHONES

GIVEN_ON = date(2026, 10, 6)

R, O, NOT = Need.REQUIRED, Need.OPTIONAL, Need.NOT_ASKED  # noqa: E741
ONLY_COORDINATORS: tuple[Audience, ...] = ()
MATCH = (Audience.MATCH,)
PROPOSED = (Audience.PROPOSED, Audience.MATCH)


class Asked(NamedTuple):
    """What was agreed about one question: its kind, who is asked, who sees it, and how much."""

    kind: type[Question]
    mentee: Need
    mentor: Need
    audiences: tuple[Audience, ...]
    most: int | tuple[int | None, int | None] | None = None


# Written out once more, on purpose: the form is what the society agreed on, and whoever changes it
# has to change it here, too.
AGREED = {
    "full_name": Asked(Text, R, R, MATCH, 100),
    "email": Asked(Email, R, R, MATCH, 254),
    "wsrs_email": Asked(Email, O, NOT, ONLY_COORDINATORS, 254),
    "phone": Asked(Phone, O, O, ONLY_COORDINATORS, 40),
    "phone_shown": Asked(Tick, O, O, ONLY_COORDINATORS),
    "membership": Asked(Choice, R, NOT, ONLY_COORDINATORS),
    "training_stage": Asked(DatedChoice, R, NOT, PROPOSED),
    "training_stage_other": Asked(Explanation, O, NOT, MATCH, 100),
    "training_ends": Asked(Month, O, NOT, ONLY_COORDINATORS),
    "institution": Asked(Text, R, R, MATCH, 200),
    "city": Asked(Text, O, O, MATCH, 80),
    "subspecialties": Asked(Choices, R, R, PROPOSED, 3),
    "subspecialties_other": Asked(Explanation, O, O, MATCH, 100),
    "practice_setting": Asked(Choices, O, R, PROPOSED),
    "practice_setting_other": Asked(Explanation, O, O, MATCH, 100),
    "topics": Asked(Choices, R, O, PROPOSED, (4, None)),
    "topics_other": Asked(Explanation, O, O, MATCH, 100),
    "goal": Asked(LongText, R, NOT, MATCH, 600),
    "goal_shown": Asked(Tick, O, NOT, ONLY_COORDINATORS),
    "about": Asked(LongText, NOT, O, MATCH, 600),
    "about_shown": Asked(Tick, NOT, O, ONLY_COORDINATORS),
    "capacity": Asked(Choice, NOT, R, ONLY_COORDINATORS),
    "contact_ways": Asked(Choices, R, R, PROPOSED),
    "availability": Asked(Choices, O, O, PROPOSED),
    "outside_program": Asked(Choice, O, NOT, ONLY_COORDINATORS),
    "preferred_people": Asked(Text, O, NOT, ONLY_COORDINATORS, 200),
    "not_with": Asked(Text, O, O, ONLY_COORDINATORS, 200),
    "commitment": Asked(Tick, R, R, ONLY_COORDINATORS),
    "consent": Asked(Tick, R, R, ONLY_COORDINATORS),
    "website": Asked(Trap, O, O, ONLY_COORDINATORS),
    "opened": Asked(Stamp, O, O, ONLY_COORDINATORS),
    "form_version": Asked(FormVersion, O, O, ONLY_COORDINATORS),
}
LABELS = {
    "membership": ["Yes", "Not sure", "Not yet"],
    "training_stage": [
        "PGY-1 (intern year)",
        "PGY-2 (R1)",
        "PGY-3 (R2)",
        "PGY-4 (R3)",
        "PGY-5 (R4)",
        "PGY-6 or PGY-7 (resident, e.g. interventional radiology)",
        "Fellow",
        "Other",
    ],
    "subspecialties": [
        "Abdominal imaging",
        "Breast imaging",
        "Cardiothoracic imaging",
        "Emergency radiology",
        "General radiology",
        "Interventional radiology",
        "Musculoskeletal imaging",
        "Neuroradiology",
        "Nuclear medicine and molecular imaging",
        "Pediatric radiology",
        "Imaging informatics and AI",
        "Radiation oncology",
        "Other",
        "Undecided (mentee only)",
    ],
    "practice_setting": [
        "Academic",
        "Private practice",
        "Hybrid",
        "Hospital or health-system employed",
        "Teleradiology",
        "VA or military",
        "Other",
        "No preference (mentee only)",
    ],
    "topics": [
        "Choosing and applying for fellowship",
        "First job and job search",
        "Private or academic",
        "Contracts and the business of radiology",
        "Board exams",
        "Work-life balance and well-being",
        "Leadership and society work",
        "Research and publishing",
        "Teaching",
        "Advocacy and health policy",
        "Networking",
        "Parental leave and family",
        "New to Washington",
        "International medical graduate",
        "Something else",
    ],
    "capacity": ["1", "2", "3"],
    "contact_ways": ["Video", "Phone", "In person", "Email"],
    "availability": [
        "Weekday mornings",
        "Midday",
        "Late afternoon",
        "Evenings",
        "Weekends",
        "Varies with call",
    ],
    "outside_program": ["Yes, please", "No preference", "The same is fine"],
}
NOT_STORED = {"website", "opened", "form_version"}
DEFAULTS = {"capacity": "1", "outside_program": "any"}

ALL = [
    question
    for section in declaration.SECTIONS
    for question in form.with_companions(section.questions)
]


def question_of(role: Role, name: str) -> Question:
    """Return a question as a role is asked it."""
    (found,) = (question for question in FORMS[role].questions() if question.name == name)
    return found


def asked() -> list[tuple[Role, Question]]:
    """Return each question of each form."""
    return [(role, question) for role in Role for question in FORMS[role].questions()]


def sent_for(role: Role, question: Question) -> people.Given:
    """Return what somebody sends who has a reason to answer a question."""
    if not isinstance(question, Explanation):
        return SENT[role]
    return {**SENT[role], question.beside: [question.option]}


def shown(role: Role, answers: Mapping[str, Answer]) -> tuple[ShownSection, ...]:
    """Return all that the owner of some answers reads of them."""
    return FORMS[role].show(
        answers, audience=Audience.OWNER, consent_version=3, given_on=GIVEN_ON, private=True
    )


each_asked = every(
    ("role", "question"), asked(), ids=[f"{role}-{question.name}" for role, question in asked()]
)
each_role = pytest.mark.parametrize("role", Role)


class TestAsAgreed:
    def test_every_question_and_no_other(self) -> None:
        """
        The form asks what was agreed, in that order, and nothing else.
        """
        assert [question.name for question in ALL] == list(AGREED)

    @every("name", AGREED)
    def test_a_question(self, name: str) -> None:
        """
        Its kind, who has to answer it, who sees the answer, and its limit are as agreed.
        """
        (question,) = (each for each in ALL if each.name == name)
        agreed = AGREED[name]
        mentee, mentor = question.for_role(Role.MENTEE), question.for_role(Role.MENTOR)

        assert type(question) is agreed.kind
        assert (mentee.need, mentor.need) == (agreed.mentee, agreed.mentor)
        assert question.audiences == agreed.audiences
        limits = getattr(mentee, "most", None), getattr(mentor, "most", None)
        assert limits == (
            agreed.most if isinstance(agreed.most, tuple) else (agreed.most, agreed.most)
        )

    @pytest.mark.parametrize("name", LABELS)
    def test_the_answers_to_choose_from(self, name: str) -> None:
        """
        The options are those that were agreed, in their order, each with a code of its own.
        """
        (question,) = (each for each in ALL if each.name == name)
        assert isinstance(question, Choosing)
        only = {Role.MENTEE: " (mentee only)", Role.MENTOR: " (mentor only)", None: ""}

        assert [f"{each.label}{only[each.only_for]}" for each in question.options] == LABELS[name]
        codes = [each.code for each in (*question.options, *question.retired)]
        assert len(set(codes)) == len(codes)
        assert all(re.fullmatch(r"[a-z0-9_]+", code) for code in codes)

    def test_every_choice_was_agreed(self) -> None:
        """
        No question with options is left out above.
        """
        assert {each.name for each in ALL if isinstance(each, Choosing)} == set(LABELS)

    @each_role
    def test_a_form_leaves_out_what_is_not_asked(self, role: Role) -> None:
        """
        Each form holds the questions of its role only.
        """
        names = [question.name for question in FORMS[role].questions()]
        assert names == [name for name, a in AGREED.items() if getattr(a, role) is not NOT]

    @each_asked
    def test_defaults(self, role: Role, question: Question) -> None:
        """
        What is selected beforehand is what was agreed, and is an answer.
        """
        default = getattr(question, "default", "")
        assert default == DEFAULTS.get(question.name, "")
        if default:
            assert question.parse([]) == default

    def test_one_answer_is_private(self) -> None:
        """
        Whom not to match someone with is the one answer that is never mailed.
        """
        assert [question.name for question in ALL if question.private] == ["not_with"]

    def test_what_is_not_stored(self) -> None:
        """
        All is stored but the trap, the stamp, and the version, which the application remembers.
        """
        stored = [question.name for question in form.stored_questions()]
        assert stored == [name for name in AGREED if name not in NOT_STORED]

    def test_no_name_is_used_twice(self) -> None:
        """
        A retired question's name is not given to another one.
        """
        names = [question.name for question in (*ALL, *declaration.RETIRED)]
        assert len(set(names)) == len(names)
        assert "role" not in names

    def test_nobody_has_to_answer_a_retired_question(self) -> None:
        """
        A question that is asked no more is needed by nobody.
        """
        assert not set(declaration.RETIRED) & set(ALL)


class TestReaders:
    @each_role
    @pytest.mark.parametrize("version", [1, 2])
    def test_an_older_page_has_an_older_wording(self, role: Role, version: int) -> None:
        """
        A page that was opened before the form changed says what its owner agreed to there.
        """
        answered = FORMS[role].parse({**SENT[role], "form_version": [str(version)]})
        assert (answered.form_version, answered.consent_version) == (version, version + 1)

    def test_a_program_means_the_present_wording(self) -> None:
        """
        What names no version answers the present one.
        """
        answered = FORMS[Role.MENTEE].parse({**people.MENTEE, "form_version": []})
        assert answered.form_version == declaration.FORM_VERSION
        assert answered.consent_version == declaration.CONSENT_VERSION

    def test_every_version_has_its_wording(self) -> None:
        """
        Each version that is understood has a wording, the newest the newest.
        """
        assert set(declaration.VERSION.understood) == set(declaration.CONSENT_ON)
        assert declaration.CONSENT_ON[declaration.FORM_VERSION] == declaration.CONSENT_VERSION

    @pytest.mark.parametrize(("version", "kept"), [("1", []), ("2", ["yes"])])
    def test_a_refused_older_page_comes_back_with_the_new_wording(
        self, version: str, kept: list[str]
    ) -> None:
        """
        The tick of another wording is not kept; that of the same one is.
        """
        given = people.mentee(email="robin@", form_version=version)
        with pytest.raises(AnswersRefused) as caught:
            FORMS[Role.MENTEE].parse(given)
        assert caught.value.given == {**given, "consent": kept}

    @each_role
    def test_the_consent_names_the_marks(self, role: Role) -> None:
        """
        What people agree to is said in the words that stand beside the questions.
        """
        label = question_of(role, "consent").label
        assert "“may be shown before your name”" in label
        assert "“shared once you both say yes”" in label

    def test_what_else_is_asked_of_an_option_that_was_not_chosen(self) -> None:
        """
        Words about an option that is no longer chosen are not kept, and not judged.
        """
        given = people.mentee(topics=["boards"], topics_other="x" * 500)
        assert "topics_other" not in FORMS[Role.MENTEE].parse(given).answers
        given = people.mentee(topics=["boards", "other"], topics_other="Moving back home")
        assert FORMS[Role.MENTEE].parse(given).answers["topics_other"] == "Moving back home"

    def test_every_other_can_be_explained(self) -> None:
        """
        Wherever "Other" or "Something else" can be chosen, there is a place to say what.
        """
        for question in ALL:
            for option in getattr(question, "options", ()):
                assert bool(option.explained) is (option.code == OTHER), question.name

    def test_what_belongs_together_stands_together(self) -> None:
        """
        A tick and a few words more are asked right after the question that they belong to.
        """
        for before, question in pairwise(ALL):
            if question.beside:
                assert before.name == question.beside or before.beside == question.beside

    def test_a_refusal_names_the_question_as_it_is_asked(self) -> None:
        """
        Whoever chooses too much reads under which question.
        """
        given = people.mentee(topics=["boards", "teaching", "research", "networking", "advocacy"])
        with pytest.raises(AnswersRefused) as caught:
            FORMS[Role.MENTEE].parse(given)
        assert caught.value.refusals == {
            "topics": "Select 4 or fewer under “What would you like to talk about?”"
        }


class TestWords:
    @each_asked
    def test_free_text_asks_for_no_patients(self, role: Role, question: Question) -> None:
        """
        Where people write sentences, they are asked to leave patients out.
        """
        if isinstance(question, LongText):
            assert "No patient information, please." in question.hint

    @each_role
    def test_names_of_who_reads_private_notes(self, role: Role) -> None:
        """
        Whoever leaves a private note is told who reads it, and how else to say it.
        """
        hint = question_of(role, "not_with").hint
        assert "Kim and Sam" in hint
        assert "contact@example.org" in hint

    @each_role
    def test_consent_says_for_how_long(self, role: Role) -> None:
        """
        The period in the consent is the setting's.
        """
        assert "18 months after" in question_of(role, "consent").hint

    @each_asked
    def test_no_word_is_left_unfilled(self, role: Role, question: Question) -> None:
        """
        Every word that a setting fills in is filled in.
        """
        assert not re.search(r"[{}]", question.label + question.hint + question.missing)

    @each_asked
    def test_whoever_must_answer_is_told_how(self, role: Role, question: Question) -> None:
        """
        A needed question has words for whoever skips it; each has a label.
        """
        assert question.label
        assert question.missing or question.need is not Need.REQUIRED

    @each_role
    def test_headings_differ(self, role: Role) -> None:
        """
        In an email and a spreadsheet no two answers have the same heading.
        """
        headings = [question.heading for question in FORMS[role].questions()]
        assert len(set(headings)) == len(headings)

    def test_headings_are_the_same_for_both_roles(self) -> None:
        """
        Mentees and mentors stand in one spreadsheet, under the same headings.
        """
        for question in ALL:
            headings = {question.for_role(role).heading for role in Role}
            assert len(headings) == 1, question.name

    def test_each_section_has_a_title(self) -> None:
        """
        The forms have the same sections, each under a heading of its own.
        """
        for role in Role:
            titles = [section.title for section in FORMS[role].sections]
            assert all(titles)
            assert len(set(titles)) == len(titles) == len(declaration.SECTIONS)
            assert all(section.questions for section in FORMS[role].sections)


def provoked() -> Iterator[tuple[str, str]]:
    """Yield every refusal that the forms have, with the question's name."""
    wrong = [
        [],
        ["x"],
        ["yes", "no"],
        ["x" * 2000],
        ["zoë@example.org"],
        ["a@b@c"],
        ["13/2027"],
        ["no digit"],
    ]
    for _, question in asked():
        options = [option.code for option in getattr(question, "options", ())]
        for given in [*wrong, options]:
            try:
                question.parse(given)
            except Refused as refused:
                yield question.name, str(refused)


REFUSALS = sorted(set(provoked()))


class TestRefusals:
    def test_all_are_provoked(self) -> None:
        """
        What follows looks at real refusals, of every question that can refuse an answer.
        """
        assert {name for name, _ in REFUSALS} == set(AGREED) - {"website", "opened"}
        assert len(REFUSALS) > 50

    @every(("name", "words"), REFUSALS, ids=lambda value: value[:40])
    def test_words(self, name: str, words: str) -> None:
        """
        A refusal says what to do: no blame, no begging, and none of a machine's words.
        """
        assert not re.search(
            r"\b(please|sorry|oops|(in)?valid|required|forbidden|illegal|error|fail(ed)?|must not"
            r"|cannot be blank|null|field|bad|wrong|incorrect)\b",
            words,
            re.IGNORECASE,
        )
        assert re.match(
            r"(Enter|Select|Give|Tick|Load|Our mail service cannot|This page is out of date; load)",
            words,
        )
        assert not words.endswith(".")

    @each_role
    def test_every_answer_is_judged_at_once(self, role: Role) -> None:
        """
        Whoever sends an empty form is told about every needed question, in the form's order.
        """
        with pytest.raises(AnswersRefused) as caught:
            FORMS[role].parse({})
        needed = [
            question.name
            for question in FORMS[role].questions()
            if question.need is R and not getattr(question, "default", "")
        ]
        assert list(caught.value.refusals) == needed
        assert caught.value.form is FORMS[role]

    @each_asked
    def test_one_bad_answer_is_named_alone(self, role: Role, question: Question) -> None:
        """
        One answer that cannot be taken is named, and what was typed is kept.
        """
        if isinstance(question, Trap | Stamp):  # A bot must not learn that it was noticed.
            return
        given = {**sent_for(role, question), question.name: ["x" * 2000, "y"]}
        with pytest.raises(AnswersRefused) as caught:
            FORMS[role].parse(given)
        assert list(caught.value.refusals) == [question.name]
        assert caught.value.given == given


class TestLimits:
    @each_asked
    def test_the_longest_answer(self, role: Role, question: Question) -> None:
        """
        An answer as long as allowed is taken, in the widest script; one letter more is not.
        """
        if not isinstance(question, Text) or isinstance(question, Email):
            return
        longest = "1" + "\U00020000" * (question.most - 1)
        given = sent_for(role, question)
        answers = FORMS[role].parse({**given, question.name: [longest]}).answers
        assert answers[question.name] == longest
        with pytest.raises(AnswersRefused) as caught:
            FORMS[role].parse({**given, question.name: [longest + "\U00020000"]})
        assert list(caught.value.refusals) == [question.name]

    @each_role
    def test_every_option_is_an_answer(self, role: Role) -> None:
        """
        Each option of each question can be chosen, stored and read in words.
        """
        for question in FORMS[role].questions():
            for option in getattr(question, "options", ()):
                answer = question.parse([option.code])
                assert option.label in question.show(answer, given_on=GIVEN_ON)

    @each_role
    def test_the_other_forms_questions_are_unknown(self, role: Role) -> None:
        """
        A question of the other form only is a stranger to this one.
        """
        other = Role.MENTOR if role is Role.MENTEE else Role.MENTEE
        strangers = FORMS[role].unknown({**SENT[other], "csrf": [""]})
        assert strangers == sorted(
            [
                "csrf",
                *(n for n, a in AGREED.items() if getattr(a, role) is NOT and n in SENT[other]),
            ]
        )

    @each_role
    def test_what_is_not_asked_is_not_stored(self, role: Role) -> None:
        """
        Whatever else a page sends, only answers to the form's questions are kept.
        """
        answered = FORMS[role].parse({**SENT[role], "csrf": ["1"], "<script>": ["1"]})
        assert set(answered.answers) <= set(AGREED) - NOT_STORED


class TestShow:
    def test_a_stage_is_shown_with_its_month(self) -> None:
        """
        "R3 in October 2026" is true for ever, "R3" for a year.
        """
        answers = FORMS[Role.MENTEE].parse(people.MENTEE).answers
        words = {q.name: words for _, rows in shown(Role.MENTEE, answers) for q, words in rows}
        assert words["training_stage"] == "PGY-4 (R3) in October 2026"
        assert words["phone"] == "(206) 555-0100"
        assert words["training_ends"] == "June 2027"
        assert words["topics"] == "First job and job search; Board exams"
        assert words["consent"] == "Yes"
        assert words["city"] == "Seattle"
        assert words["practice_setting"] == ""

    @each_role
    def test_every_question_is_shown(self, role: Role) -> None:
        """
        Skipped answers are shown as skipped, not left out.
        """
        found = shown(role, {})
        names = [question.name for _, rows in found for question, _ in rows]
        assert names == [q.name for q in FORMS[role].questions() if q.stored and not q.beside]
        assert {words for _, rows in found for _, words in rows} == {""}

    @each_role
    def test_answers_that_the_form_no_longer_knows(self, role: Role) -> None:
        """
        What an older form asked does not keep an application from being shown.
        """
        old: dict[str, Answer] = {
            "full_name": "Robin Example",
            "fellowship_year": "2019",
            "topics": ["gone"],
        }
        words = {q.name: words for _, rows in shown(role, old) for q, words in rows}
        assert words["full_name"] == "Robin Example"
        assert words["topics"] == "gone"


class TestPeople:
    @every("name", NAMES)
    def test_names_typed_on_other_keyboards(self, name: str) -> None:
        """
        A Mac sends decomposed letters; it is the same name.
        """
        decomposed = unicodedata.normalize("NFD", name)
        question = question_of(Role.MENTEE, "full_name")
        assert question.parse([f" {decomposed} "]) == name

    @every("phone", PHONES)
    def test_phones_keep_their_digits_where_they_are_read(self, phone: str) -> None:
        """
        However a phone is shown, whoever dials it gets through.
        """

        def digits(text: str) -> str:
            return "".join(str(unicodedata.digit(each)) for each in text if each.isdigit())

        question = question_of(Role.MENTEE, "phone")
        shown = question.show(question.parse([phone]), given_on=GIVEN_ON)
        # Dialed from here, 011 leads abroad and 1 stands before our own area codes.
        dialed = re.sub(r"^(011|1)", "", digits(phone.replace("(0)", "")))
        assert digits(shown).endswith(dialed)

    @pytest.mark.parametrize(
        "given",
        ["RAD-23", "cd", "zoë"],
    )
    def test_a_short_city_is_a_city(self, given: str) -> None:
        """
        Places are not judged either.
        """
        assert question_of(Role.MENTOR, "city").parse([given]) == given


def test_forms_of_other_settings() -> None:
    """
    Whoever else runs the program fills in their own coordinators and their own period.
    """
    other: Form = forms(coordinators="the board", contact="x@example.net", keep_months=6)[
        Role.MENTOR
    ]
    words = " ".join(question.hint for question in other.questions())
    assert "the board" in words
    assert "x@example.net" in words
    assert "6 months" in words
