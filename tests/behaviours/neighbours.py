"""Node ids of tests that hold behaviours outside of this folder, by the feature that they belong to."""

CONFIG: tuple[str, ...] = (
    "tests/commands/test_config.py::test_flags_come_before_the_environment_and_that_before_the_file",
)
COMPLETION: tuple[str, ...] = ("tests/completion/test_tab.py::test_a_word_is_completed",)
COMPLETION_SAFE: tuple[str, ...] = (
    "tests/completion/test_tab.py::test_several_words_are_listed_and_no_hostile_name_is_among_them",
    "tests/completion/test_tab.py::test_what_is_on_the_line_is_not_run",
)
COMPLETION_SOON: tuple[str, ...] = (
    "tests/completion/test_tab.py::test_a_nettools_that_does_not_answer_is_waited_for_briefly",
)
MAN: tuple[str, ...] = (
    "tests/tools/test_man.py::test_mandoc_finds_nothing_wrong",
    "tests/tools/test_man.py::test_a_page_has_every_option_of_help_and_no_other",
)
EXIT_CODES: tuple[str, ...] = (
    "tests/commands/test_exit_codes.py::test_a_row_of_the_page_on_exit_codes_is_so",
    "tests/commands/test_exit_codes.py::test_every_row_of_the_page_is_tried_above",
)
PACKAGES: tuple[str, ...] = ("tests/packages/test_installers.py::test_it_is_installed_and_does_what_a_first_user_does",)
