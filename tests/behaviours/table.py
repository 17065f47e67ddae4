"""The 57 behaviours of a tool that feels at home on a terminal, one row each, and what holds each of them.

A check is a function of this package (for each command that it applies to, or once), or the node id of a test that
stands elsewhere. Where nettools does something else than the usage of other tools, ``differs`` says so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.behaviours import checks_answers as answers
from tests.behaviours import checks_help as pages
from tests.behaviours import checks_process as processes
from tests.behaviours import checks_signals as signals
from tests.behaviours import neighbours
from tests.behaviours.commands import NAMES, Command, World

Each = Callable[[World, Command], None]
Once = Callable[[World], None]

RELAYS = ("cat", "listen")
WITH_DOCUMENT = tuple(name for name in NAMES if name != "listen")
WITH_TARGETS = tuple(name for name in NAMES if name not in RELAYS)
WITH_BAD_TARGETS = tuple(name for name in WITH_TARGETS if name != "ifaces")
NEEDS_ARGUMENTS = tuple(name for name in NAMES if name not in ("ifaces", "route"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """One promise, and what holds it."""

    id: str
    promise: str
    each: tuple[Each, ...] = ()
    """Checks made for each command of ``names``."""
    names: tuple[str, ...] = NAMES
    once: tuple[Once, ...] = ()
    elsewhere: tuple[str, ...] = field(default=())
    """Node ids of tests that hold it, or a part of it."""
    differs: str | None = None
    """How nettools means it, where others mean something else."""


BEHAVIOURS = (
    Behaviour(
        id="U01",
        promise="However help is asked for, the page is on standard output with status 0.",
        each=(pages.every_way_to_ask_for_help_gives_the_page,),
        once=(pages.every_way_to_ask_for_the_tools_help_gives_its_page,),
    ),
    Behaviour(
        id="U02",
        promise="Every page has examples that run as they stand.",
        each=(pages.help_has_three_examples,),
        elsewhere=(
            "tests/commands/test_help.py::test_every_example_of_the_help_runs",
            "tests/commands/test_help.py::test_every_example_of_cat_runs_against_a_listener",
            "tests/commands/test_help.py::test_every_example_of_listen_takes_a_client",
            "tests/commands/test_help.py::test_every_example_that_asks_servers_runs_where_nothing_can_leave",
        ),
    ),
    Behaviour(
        id="U03",
        promise="The tool's page fits a terminal of 80 by 24 and leads on.",
        once=(pages.the_tools_page_fits_80_by_24,),
        differs="it names the topics of help and no address in the web: there is none that is ours",
    ),
    Behaviour(
        id="U04",
        promise="No line of help is wider than the terminal, and no option is cut.",
        each=(pages.no_line_of_help_is_wider_than_the_terminal,),
        differs="from 60 columns",
    ),
    Behaviour(
        id="U05",
        promise="--version is one line, and quick.",
        once=(pages.the_version_is_one_line,),
        differs="how quick is a ratio to `python -c pass`: benchmarks/startup.py",
    ),
    Behaviour(id="U06", promise="A misspelled command is suggested.", each=(pages.a_misspelled_command_is_suggested,)),
    Behaviour(id="U07", promise="A misspelled option is suggested.", each=(pages.a_misspelled_option_is_suggested,)),
    Behaviour(id="U08", promise="Nothing is taken in an abbreviated form.", each=(pages.nothing_is_abbreviated,)),
    Behaviour(
        id="U09",
        promise="Options may stand in any order with the arguments.",
        each=(pages.options_stand_before_and_behind_the_arguments,),
        elsewhere=("tests/commands/test_session.py::test_options_stand_before_behind_or_between_the_arguments",),
        differs="behind the name of the command; before it they are refused, with that hint",
    ),
    Behaviour(id="U10", promise="A double hyphen ends the options.", each=(pages.a_double_hyphen_ends_the_options,)),
    Behaviour(
        id="U11",
        promise="A missing argument is named, with what to write.",
        each=(pages.a_missing_argument_is_named_with_an_example,),
        names=NEEDS_ARGUMENTS,
    ),
    Behaviour(
        id="U12",
        promise="Data goes to standard output, messages to standard error.",
        each=(answers.data_goes_to_stdout_and_messages_to_stderr,),
        names=WITH_DOCUMENT,
        elsewhere=("tests/commands/test_listen.py::test_the_octets_of_both_sides_arrive_and_then_it_is_over",),
    ),
    Behaviour(
        id="U13",
        promise="--quiet leaves one line of a failure, and the status.",
        each=(answers.quiet_is_silent_but_for_one_line_of_failure,),
    ),
    Behaviour(
        id="U14",
        promise="-v and -vv change no byte of the answer.",
        each=(answers.verbose_changes_no_byte_of_the_answer,),
        names=WITH_DOCUMENT,
    ),
    Behaviour(
        id="U15",
        promise="--json is one document that every reader takes and its schema describes.",
        each=(answers.json_is_one_document_that_its_schema_describes,),
        names=WITH_DOCUMENT,
        once=(answers.jq_reads_every_document,),
        differs="cat has one with -z alone, listen none: --events tells what happens",
    ),
    Behaviour(
        id="U16",
        promise="A failure under --json is a document too, with the status of the table.",
        each=(answers.a_failure_is_a_document_with_the_same_status,),
        names=WITH_DOCUMENT,
    ),
    Behaviour(
        id="U17",
        promise="JSON is the same bytes on every terminal, in every locale, with every setting of colour.",
        each=(answers.json_is_the_same_everywhere,),
        names=WITH_DOCUMENT,
        elsewhere=("tests/test_cli.py::test_json_is_the_same_bytes_in_every_locale",),
    ),
    Behaviour(
        id="U18",
        promise="Keys and their types stay the same whatever is asked.",
        once=(answers.keys_and_types_stay_whatever_is_asked,),
    ),
    Behaviour(
        id="U19",
        promise="Every number and text in JSON fits every reader.",
        each=(answers.numbers_fit_every_reader,),
        names=WITH_DOCUMENT,
        once=(answers.totals_that_pass_2_53_are_text,),
        elsewhere=(
            "tests/commands/test_session.py::test_json_holds_no_lone_surrogate_for_an_argument_that_is_not_utf_8",
        ),
    ),
    Behaviour(
        id="U20",
        promise="A line of JSONL is out when its event is over.",
        elsewhere=("tests/test_cli.py::test_the_first_answer_comes_before_standard_input_ends",),
        differs="how soon is no matter of absolute time",
    ),
    Behaviour(
        id="U21",
        promise="plain has one record a line, each with as many fields.",
        each=(answers.plain_is_one_record_a_line,),
        names=WITH_DOCUMENT,
    ),
    Behaviour(
        id="U22",
        promise="A pipe gets nothing cut and nothing folded.",
        each=(answers.a_pipe_gets_nothing_cut_or_folded,),
        names=WITH_DOCUMENT,
        once=(answers.a_long_address_stands_on_one_line_in_a_pipe,),
    ),
    Behaviour(
        id="U23",
        promise="A narrow terminal shows every datum.",
        elsewhere=("tests/test_cli.py::test_a_terminal_shows_every_datum_whatever_its_width",),
    ),
    Behaviour(
        id="U24",
        promise="A pipe gets no escape in any format.",
        each=(answers.a_pipe_gets_no_escape,),
        names=WITH_DOCUMENT,
    ),
    Behaviour(
        id="U25",
        promise="NO_COLOR turns colour off unless it is empty.",
        each=(answers.no_color_turns_colour_off,),
        names=WITH_DOCUMENT,
    ),
    Behaviour(
        id="U26",
        promise="Forced colour is in tables and in nothing else.",
        each=(answers.forced_colour_is_in_tables_alone,),
        names=WITH_DOCUMENT,
        elsewhere=("tests/test_cli.py::test_colour_is_decided_by_the_first_that_says_something",),
    ),
    Behaviour(
        id="U27",
        promise="Help and errors have no escape, whatever a CI sets.",
        each=(answers.help_and_errors_have_no_escape_at_all,),
    ),
    Behaviour(
        id="U28",
        promise="A dumb terminal gets no colour and no movement of the cursor.",
        each=(answers.a_dumb_terminal_gets_no_escape,),
        names=WITH_DOCUMENT,
    ),
    Behaviour(
        id="U29",
        promise="Standard output and standard error are judged apart.",
        each=(answers.the_streams_are_judged_apart,),
        names=WITH_DOCUMENT,
    ),
    Behaviour(
        id="U30",
        promise="Progress is for a terminal alone, and can be turned off.",
        each=(answers.progress_is_for_a_terminal_alone,),
        names=WITH_DOCUMENT,
        elsewhere=("tests/test_cli.py::test_no_progress_where_standard_error_is_no_terminal",),
        differs="--progress never in place of --no-progress",
    ),
    Behaviour(
        id="U31",
        promise="What takes longer says on a terminal what it waits for.",
        once=(signals.what_takes_longer_says_so,),
    ),
    Behaviour(
        id="U32",
        promise="A scan shows how much is done, of how much, and how long it will take.",
        elsewhere=("tests/test_cli.py::test_progress_shows_how_much_is_done_and_left",),
        differs="--progress jsonl writes it for programs, in place of --stats-every",
    ),
    Behaviour(
        id="U33",
        promise="Ctrl-C ends every command in every state at once with 130, and JSON and JSONL are whole.",
        once=(signals.ctrl_c_ends_every_state,),
    ),
    Behaviour(
        id="U34",
        promise="Ctrl-C during the start shows no traceback.",
        elsewhere=(
            "tests/behaviours/test_start.py::test_a_signal_at_any_time_of_the_start_is_a_status_and_a_document",
            "tests/test_cli.py::test_ctrl_c_during_the_start_shows_no_traceback",
        ),
        differs="from the first line of ours on; before that the interpreter itself starts",
    ),
    Behaviour(
        id="U35",
        promise="SIGTERM and SIGHUP end a run with 143 and 129, and a terminal is given back.",
        once=(signals.term_and_hup_end_every_state, signals.a_terminal_is_given_back),
    ),
    Behaviour(
        id="U36",
        promise="A reader that goes away ends a run silently.",
        each=(processes.a_reader_that_goes_away_is_no_error,),
        names=WITH_DOCUMENT,
    ),
    Behaviour(
        id="U37",
        promise="An output that is full or closed is one line and status 3; no socket takes its number.",
        each=(processes.an_output_that_takes_nothing_is_told, processes.closed_streams_change_no_status),
        names=WITH_DOCUMENT,
        once=(processes.no_socket_gets_the_number_of_a_standard_stream, processes.interrupted_calls_lose_nothing),
        elsewhere=("tests/test_cli.py::test_a_pipe_that_would_block_loses_nothing",),
        differs="cat and listen keep ncat's 2",
    ),
    Behaviour(
        id="U38",
        promise="Every command runs in every encoding and locale, and JSON is ASCII.",
        each=(processes.every_encoding_can_be_written, processes.every_locale_can_be_run_in),
        names=WITH_DOCUMENT,
    ),
    Behaviour(
        id="U39",
        promise="Words that are no UTF-8, or hide something, are echoed escaped.",
        each=(processes.bad_utf_8_is_echoed_escaped,),
        differs="for ifaces and port-service any word is a question, and the answer is no: 1",
    ),
    Behaviour(
        id="U40",
        promise="Nobody sees a traceback who did not ask for one.",
        elsewhere=(
            "tests/commands/test_session.py::test_a_bug_is_status_70_and_one_line_that_says_how_to_report_it",
            "tests/behaviours/test_start.py::test_a_lack_of_memory_is_one_line_and_a_document",
            "tests/behaviours/test_start.py::test_a_part_that_is_missing_is_one_line_and_a_document",
        ),
    ),
    Behaviour(
        id="U41",
        promise="An error says what, why and what next; for a permission that is missing see U56.",
        elsewhere=("tests/behaviours/test_options.py::test_junk_is_refused_by_the_name_of_the_option",),
    ),
    Behaviour(
        id="U42",
        promise="Every action on the network has a time limit that help states, and 0 is none.",
        elsewhere=(
            "tests/behaviours/test_options.py::test_every_network_command_states_its_time_limit",
            "tests/behaviours/test_options.py::test_a_time_that_is_none_is_refused",
        ),
    ),
    Behaviour(
        id="U43",
        promise="Who reads from a terminal says so at once.",
        each=(processes.a_terminal_that_is_read_is_told_so,),
        names=WITH_TARGETS,
    ),
    Behaviour(
        id="U44",
        promise="Nothing asks back, and nothing reads standard input unasked.",
        each=(processes.nothing_is_read_unasked,),
        names=WITH_DOCUMENT,
    ),
    Behaviour(
        id="U45",
        promise="Several targets keep their order, and a bad one stops none.",
        each=(
            processes.targets_keep_their_order_and_one_bad_stops_none,
            processes.targets_from_standard_input_are_the_same,
        ),
        names=WITH_BAD_TARGETS,
        differs="JSONL comes as answers do, each with its index; partly answered is 4",
    ),
    Behaviour(
        id="U46",
        promise="Ten thousand targets are streamed in little memory.",
        once=(processes.ten_thousand_targets_take_little_memory,),
    ),
    Behaviour(
        id="U47", promise="Options come before the environment, that before the file.", elsewhere=neighbours.CONFIG
    ),
    Behaviour(
        id="U48",
        promise="No home, no directory and no sane environment is needed.",
        each=(processes.no_home_is_needed, processes.hostile_variables_change_nothing),
        names=WITH_DOCUMENT,
    ),
    Behaviour(
        id="U49",
        promise="The exit codes are those of the page on them.",
        elsewhere=neighbours.EXIT_CODES,
    ),
    Behaviour(
        id="U50", promise="Completion scripts load, complete, and touch no file.", elsewhere=neighbours.COMPLETION
    ),
    Behaviour(
        id="U51",
        promise="A hostile name of an interface is never completed, and runs nothing.",
        elsewhere=neighbours.COMPLETION_SAFE,
    ),
    Behaviour(
        id="U52",
        promise="Tab answers soon.",
        differs="how soon is a ratio to `python -c pass`, in benchmarks",
        elsewhere=neighbours.COMPLETION_SOON,
    ),
    Behaviour(
        id="U53",
        promise="A run imports what it uses.",
        elsewhere=(
            "tests/test_architecture.py::test_subnet_as_data_loads_nothing_that_it_does_not_use",
            "tests/test_architecture.py::test_data_is_written_without_rich",
        ),
        differs="times are ratios to `python -c pass`: benchmarks/startup.py",
    ),
    Behaviour(
        id="U54",
        promise="Every option has its place in a man page that mandoc finds no fault with.",
        elsewhere=neighbours.MAN,
    ),
    Behaviour(
        id="U55",
        promise="It can be installed in every usual way, and is the same program.",
        elsewhere=(
            "tests/test_cli.py::test_the_module_and_the_console_script_are_the_same_program",
            *neighbours.PACKAGES,
        ),
    ),
    Behaviour(
        id="U56",
        promise="Nobody, without any capability, gets the answer, or the name of what is missing.",
        each=(processes.nobody_without_capabilities_gets_the_answer,),
        once=(processes.a_missing_permission_is_named,),
    ),
    Behaviour(
        id="U57",
        promise="What is printed is on file, and changes are seen.",
        elsewhere=("tests/golden/test_golden.py::test_what_is_printed_is_what_was_agreed",),
    ),
)
