"""SAFETY §4, row by row: each promise in its words, and the drills that try it."""

from __future__ import annotations

from drills.promises import Drill, Promise, Safeguard

OUTBOX = "tests/emails/test_outbox.py::"
FAULTS = "tests/emails/test_faults.py::"
TRANSPORT = "tests/emails/test_transport.py::"
RECEIVE = "tests/actions/test_receive.py::"
REMIND = "tests/actions/test_remind.py::"
RESTORING = "tests/cli/test_restoring.py::"
WORKBOOK = "tests/intake/test_workbook.py::"
AWAY = "tests/web/test_away.py::"
DESK = "tests/web/desk/"
SLOW = "tests/web/test_slow_bodies.py::"
FULL_DISK = "tests/drills/test_full_disk.py::"
MOMENTS = "tests/intake/test_moments.py::"

NOT_THERE = DESK + "test_directory.py::test_what_is_not_there_answers_404"
NO_NUMBER = DESK + "test_letters_parts.py::test_a_threshold_that_is_no_number_is_asked_for_again"

EVERY_STEP = {"COALITION_TEST_EVERY_STEP": "1"}


def _by(name: str, *seen_by: str) -> Safeguard:
    return Safeguard(name, seen_by)


PROMISES = (
    Promise(
        "An acknowledged act is never lost",
        (
            Drill(
                "While 60 people sign, web processes of `coalition serve` are killed (-9), and all of it after the last "
                "answer: whatever was answered stands, once, with its receipt and its entry in the record",
                (
                    "tests/drills/test_acknowledged.py"
                    "::test_whatever_process_is_killed_while_people_sign_each_answer_that_was_given_stands",
                ),
                (_by("answer_after_commit"),),
            ),
            Drill(
                "strace watches the web process: between the last write to the database and the answer there is a sync",
                ("tests/drills/test_acknowledged.py::test_the_disk_has_what_was_written_before_the_answer_leaves",),
                (_by("sync"),),
            ),
            Drill(
                "Killed at each statement of signing: signature, consent, count, record and mails are all there, or none",
                (
                    "tests/stories/test_signing_killed.py"
                    "::test_killed_at_any_statement_all_of_a_signature_is_there_or_nothing",
                ),
                (_by("one_transaction"),),
                EVERY_STEP,
            ),
        ),
    ),
    Promise(
        "One standing signature per organisation",
        (
            Drill(
                "Two contacts of one organisation press at the same instant, 24 times, at three worker processes",
                ("tests/stories/test_races.py::test_24_simultaneous_posts_of_two_contacts_are_one_signature",),
                (_by("unique_and_locks"),),
            ),
            Drill(
                "One form arrives 24 times at once, at three worker processes: one act, and each is led to its receipt",
                ("tests/stories/test_races.py::test_one_form_sent_24_times_at_once_is_one_act",),
                (_by("idempotency"),),
            ),
            Drill(
                "The database itself is asked for a second standing signature, and refuses",
                ("tests/house/test_migrations.py::test_the_database_itself_refuses_a_second_standing_signature",),
                (_by("unique"),),
            ),
        ),
    ),
    Promise(
        "One visible mail per person per occasion",
        (
            Drill(
                "Killed at each statement of signing: no signature without its mail, no mail without its signature",
                (
                    "tests/stories/test_signing_killed.py"
                    "::test_killed_at_any_statement_all_of_a_signature_is_there_or_nothing",
                ),
                (_by("mail_in_the_transaction"),),
                EVERY_STEP,
            ),
            Drill(
                "Through every state of the outbox: greylisted, refused, claimed by a killed worker, taken over from a "
                "slow one, cut off after the final dot (once more, then shown), each time the same bytes",
                ("tests/emails/test_outbox.py",),
                (
                    _by(
                        "doubt_is_shown",
                        OUTBOX + "test_a_line_cut_after_the_final_dot_is_tried_once_more_and_then_shown",
                    ),
                    _by("lease", OUTBOX + "test_what_a_killed_worker_had_claimed_waits_again"),
                    _by("same_bytes", OUTBOX + "test_a_retried_mail_has_the_same_bytes"),
                ),
            ),
            Drill(
                "600 mails, two workers, both killed (-9) twice: none is lost, doubled are at most those on their way, "
                "with the same Message-ID and bytes",
                (
                    "tests/stories/test_workers_killed.py"
                    "::test_two_workers_killed_again_and_again_lose_no_mail_and_double_only_what_was_in_flight",
                ),
                (_by("claims"),),
                {"COALITION_TEST_MAILS": "600"},
            ),
            Drill(
                "They answer between the queueing of a reminder and its making: it is not sent",
                (
                    OUTBOX + "test_a_nudge_to_somebody_who_answered_meanwhile_is_not_sent",
                    REMIND + "test_what_they_did_meanwhile_stops_the_mail_that_is_made",
                ),
                (_by("due_when_made", REMIND + "test_what_they_did_meanwhile_stops_the_mail_that_is_made"),),
            ),
            Drill(
                "Several workers tick at the same instant, again and again: each step of the plan is queued once",
                (
                    REMIND + "test_workers_that_tick_at_once_queue_each_step_once",
                    REMIND + "test_each_step_goes_once_to_each_however_often_the_worker_ticks",
                ),
                (_by("once_each"),),
            ),
        ),
    ),
    Promise(
        "Mail faults do not stop the batch",
        (
            Drill(
                "26 faults of a mail server are acted out (silent, dripping, greylisting, 4xx, 5xx, gone before and after "
                "the final dot, rate limits), then nobody there, no such name, a bad certificate, an address outside ASCII",
                ("tests/emails/test_faults.py",),
                (
                    _by("scope", FAULTS + "test_a_fault_loses_no_mail_doubles_none_and_stops_no_other"),
                    _by("weather", FAULTS + "test_nobody_there_or_no_such_name_waits"),
                    _by("certificates", FAULTS + "test_a_server_that_can_not_prove_who_it_is_gets_nothing"),
                    _by("slow_down", FAULTS + "test_the_line_waits_longer_each_time_and_is_tried_with_one_mail"),
                    _by("line_breaks", FAULTS + "test_a_line_break_in_a_name_reaches_no_header_and_stops_nobody_else"),
                ),
            ),
            Drill(
                "The conversation itself, step by step: drips, drops before and after the final dot, certificates, "
                "letters outside ASCII",
                ("tests/emails/test_transport.py",),
                (
                    _by("patience", TRANSPORT + "test_a_server_that_says_nothing_or_next_to_nothing_is_given_up"),
                    _by(
                        "after_the_final_dot",
                        TRANSPORT + "test_a_drop_after_the_final_dot_leaves_the_outcome_unknown",
                    ),
                    _by(
                        "letters_outside_ascii",
                        TRANSPORT + "test_a_server_without_utf8_refuses_such_an_address_for_good_and_takes_the_next",
                    ),
                ),
            ),
            Drill(
                "One mail can not even be made: the others leave",
                (OUTBOX + "test_one_mail_that_can_not_be_made_keeps_no_other",),
                (_by("made_apart"),),
            ),
        ),
    ),
    Promise(
        "Bounces reach the row",
        (
            Drill(
                "A real Postfix, and members whose servers refuse, greylist or are not there: its reports land on their "
                "rows, forged ones do not, and none brings a link back",
                ("tests/stories/test_postfix.py",),
                (_by("headers_alone"),),
            ),
            Drill(
                "Reports that fail, are delayed, arrive twice, or are forged, also by somebody who knows the mail's id",
                ("tests/actions/test_receive.py",),
                (
                    _by("signed_return_path", RECEIVE + "test_a_forged_bounce_that_knows_its_mail_changes_nothing"),
                    _by("action_of_a_report", RECEIVE + "test_a_delayed_mail_is_noted_and_has_not_bounced"),
                ),
            ),
        ),
    ),
    Promise(
        "The deadline is one instant",
        (
            Drill(
                "Somebody waits for the letter's row until the deadline has passed: late, in both ways of signing",
                (
                    "tests/stories/test_deadline_instant.py"
                    "::test_who_waits_for_the_letters_row_until_the_deadline_has_passed_is_late",
                ),
                (_by("clock_after_lock"),),
            ),
            Drill(
                "A coordinator closes while somebody signs: the signature stands before the closing, or not at all",
                (
                    "tests/stories/test_deadline_instant.py"
                    "::test_who_closes_while_somebody_signs_waits_and_the_signature_stands_before_it",
                ),
                (_by("locks"),),
            ),
            Drill(
                "Times over which clocks are put forward or back are typed: refused, with what they could mean",
                (
                    MOMENTS + "test_a_time_over_which_clocks_are_put_forward_does_not_exist",
                    MOMENTS + "test_a_time_over_which_clocks_are_put_back_comes_twice",
                    DESK + "test_letters.py::test_a_time_that_comes_twice_is_asked_about",
                ),
                (_by("refused_times"),),
            ),
            Drill(
                "The clock of a worker is minutes ahead: /health says so",
                ("tests/web/public/test_health.py::test_a_clock_that_is_ahead_is_seen",),
                (_by("skew"),),
            ),
            Drill(
                "Clocks jump 400 days ahead and an hour back: no mail goes again, nothing is held up, nobody is asked too "
                "late",
                (
                    FAULTS + "test_a_clock_that_jumps_ahead_by_400_days_sends_no_mail_again_and_asks_nobody_too_late",
                    FAULTS + "test_a_clock_that_goes_back_an_hour_keeps_no_lease_for_long_and_sends_nothing_again",
                    FAULTS + "test_a_pause_from_before_the_clock_went_back_holds_nothing_up",
                    REMIND + "test_a_clock_that_jumps_400_days_ahead_or_an_hour_back_sends_nothing_again",
                    "tests/actions/test_digest.py::test_a_clock_that_jumps_makes_neither_a_flood_nor_a_second_one",
                ),
                (
                    _by(
                        "not_too_late",
                        FAULTS
                        + "test_a_clock_that_jumps_ahead_by_400_days_sends_no_mail_again_and_asks_nobody_too_late",
                    ),
                    _by(
                        "leases_of_the_future",
                        FAULTS + "test_a_clock_that_goes_back_an_hour_keeps_no_lease_for_long_and_sends_nothing_again",
                    ),
                    _by(
                        "pauses_of_the_future", FAULTS + "test_a_pause_from_before_the_clock_went_back_holds_nothing_up"
                    ),
                    _by(
                        "once_each",
                        REMIND + "test_a_clock_that_jumps_400_days_ahead_or_an_hour_back_sends_nothing_again",
                    ),
                ),
            ),
            Drill(
                "Clocks jump 400 days ahead and back: nothing is forgotten until the clock went evenly for a week",
                (
                    "tests/actions/test_even_clock.py"
                    "::test_a_clock_that_jumps_ahead_forgets_nobody_until_it_went_evenly_for_a_week",
                ),
                (_by("even_clock"),),
            ),
        ),
    ),
    Promise(
        "Publication is all or nothing",
        (
            Drill(
                "Killed at each statement of publishing, one after the other: readers see the old, and once the new",
                ("tests/actions/test_release.py::test_killed_at_any_step_readers_see_the_old_or_the_new",),
                (_by("one_edition"),),
                EVERY_STEP,
            ),
        ),
    ),
    Promise(
        "Readers still read when the rest is down",
        (
            Drill(
                "The database goes away under readers and signers: every form of a letter is read, and what was typed comes "
                "back whole, with one press to send it again",
                (
                    "tests/drills/test_readers.py::test_readers_read_every_form_while_the_database_is_gone",
                    AWAY + "test_readers_read_on_and_other_pages_say_that_they_wait",
                    AWAY + "test_a_signature_waits_in_its_page_until_the_database_is_back",
                ),
                (
                    _by(
                        "memory",
                        "tests/drills/test_readers.py::test_readers_read_every_form_while_the_database_is_gone",
                        AWAY + "test_readers_read_on_and_other_pages_say_that_they_wait",
                    ),
                    _by("kept_forms", AWAY + "test_a_signature_waits_in_its_page_until_the_database_is_back"),
                ),
            ),
            Drill(
                "The disk is full, a real one that holds nothing but the database: published letters are read, an answer "
                "is recorded whole or not at all, and the form comes back",
                (
                    "tests/drills/test_full_disk.py",
                    "tests/drills/test_readers.py::test_readers_read_every_form_on_a_full_disk",
                    AWAY + "test_a_full_disk_records_nothing_by_halves",
                    AWAY + "test_no_room_anywhere_is_no_fault_of_the_form",
                ),
                (
                    _by(
                        "memory",
                        FULL_DISK + "test_readers_read_every_form_where_there_is_no_room",
                        "tests/drills/test_readers.py::test_readers_read_every_form_on_a_full_disk",
                    ),
                    _by(
                        "kept_forms",
                        FULL_DISK + "test_an_answer_for_which_there_is_no_room_comes_back_and_can_be_sent_again",
                        AWAY + "test_a_full_disk_records_nothing_by_halves",
                        AWAY + "test_no_room_anywhere_is_no_fault_of_the_form",
                    ),
                ),
            ),
            Drill(
                "150 clients at a time send the heads of requests, forms, or forms in pieces, and never end: `coalition "
                "serve` answers everybody else",
                (
                    "tests/cli/test_serve.py"
                    "::test_it_says_where_it_listens_a_crowd_of_slow_clients_keeps_nobody_waiting_and_it_ends_at_a_word",
                    SLOW + "test_only_so_many_forms_are_waited_for_at_once",
                    SLOW + "test_a_form_that_drips_ends_in_its_time_though_a_byte_comes_each_second",
                    SLOW + "test_who_sends_nothing_is_hung_up_on_and_who_moves_is_not",
                ),
                (
                    _by(
                        "slow_bodies",
                        "tests/cli/test_serve.py"
                        "::test_it_says_where_it_listens_a_crowd_of_slow_clients_keeps_nobody_waiting_and_it_ends_at_a_word",
                        SLOW + "test_only_so_many_forms_are_waited_for_at_once",
                    ),
                    _by(
                        "time_of_forms",
                        SLOW + "test_a_form_that_drips_ends_in_its_time_though_a_byte_comes_each_second",
                    ),
                    _by("hanging_up", SLOW + "test_who_sends_nothing_is_hung_up_on_and_who_moves_is_not"),
                ),
            ),
        ),
    ),
    Promise(
        "Nothing is lost in an upgrade or a restore",
        (
            Drill(
                "With a row in every table the database goes down step by step and up again: each row and each trigger "
                "is there",
                (
                    "tests/house/test_migrations.py"
                    "::test_every_table_of_every_step_keeps_its_rows_and_promises_up_and_down",
                ),
                (_by("triggers_made_anew"),),
            ),
            Drill(
                "`coalition upgrade` is killed in the midst: nothing has changed, the next one goes through, and the way "
                "back that it names works",
                (
                    "tests/cli/test_upgrading.py"
                    "::test_an_upgrade_that_is_killed_changes_nothing_and_the_next_one_goes_through",
                ),
                (_by("one_upgrade"),),
            ),
            Drill(
                "A backup is taken while 200 sign, and restored elsewhere: whatever was acknowledged before it is there, "
                "nothing is sent again, the record verifies",
                (
                    "tests/stories/test_backup_under_load.py"
                    "::test_a_backup_taken_while_others_sign_has_every_act_that_was_acknowledged_before_it",
                ),
                (_by("one_instant"), _by("held_back")),
                {"COALITION_TEST_SIGNATURES": "200"},
            ),
            Drill(
                "A backup is killed: nothing stands under its name",
                (
                    "tests/stories/test_backup_under_load.py::test_a_backup_that_is_killed_leaves_nothing_under_its_name",
                ),
                (_by("in_place_when_whole"),),
            ),
            Drill(
                "A backup is restored elsewhere, cut off and begun again: all comes back but what was erased since; only "
                "into an empty database, only from a whole file",
                ("tests/cli/test_restoring.py",),
                (
                    _by(
                        "journal",
                        RESTORING + "test_a_backup_brings_everything_back_but_what_was_erased_and_sends_nothing_again",
                    ),
                    _by(
                        "empty_target",
                        RESTORING + "test_a_restore_touches_nothing_but_an_empty_database_and_a_whole_file",
                    ),
                ),
            ),
        ),
    ),
    Promise(
        "The record is honest",
        (
            Drill(
                "Fourteen edits by SQL, the triggers out of the way, among them both records cut off at their end: each is "
                "named",
                ("tests/actions/test_verify.py",),
                (
                    _by("chain", "tests/actions/test_verify.py::test_each_edit_by_sql_is_named"),
                    _by("head_in_the_manifest", "tests/actions/test_verify.py::test_each_edit_by_sql_is_named"),
                ),
            ),
            Drill(
                "One entry is written over in the database of an installation: `coalition verify` names it and fails",
                ("tests/cli/test_verifying.py::test_an_entry_that_somebody_wrote_over_in_the_database_is_named",),
                (_by("chain"),),
            ),
            Drill(
                "Record, consents, texts and editions are written over by SQL: the database refuses",
                ("tests/house/test_migrations.py::test_the_database_itself_refuses_to_rewrite_what_was_agreed",),
                (_by("triggers_made_anew"),),
            ),
        ),
    ),
    Promise(
        "Bad input gets a clear answer",
        (
            Drill(
                "Huge numbers and ids, nothing, markup and line breaks in each form and each address of the site",
                (
                    "tests/house/test_routes.py::test_nothing_typed_is_ever_a_fault_of_ours",
                    NOT_THERE,
                    NO_NUMBER,
                ),
                (_by("shape_of_ids", NOT_THERE), _by("bounded_numbers", NO_NUMBER)),
            ),
            Drill(
                "NUL, bidi controls, 300,000 characters, nesting 2,000 deep in each field of the signing door and the desk",
                ("tests/stories/test_hostile_forms.py",),
                (
                    _by(
                        "unprintable",
                        "tests/stories/test_hostile_forms.py::test_whatever_is_typed_at_the_signing_door_gets_an_answer",
                    ),
                ),
            ),
            Drill(
                "NUL, bidi controls and line separators in names: refused by their code points, in every field",
                (
                    "tests/intake/test_names.py"
                    "::test_characters_that_turn_or_hide_the_line_are_refused_by_their_code_points",
                    DESK + "test_directory.py::test_what_can_not_be_seen_is_refused_in_every_field",
                ),
                (_by("unprintable"),),
            ),
            Drill(
                "Wrong answers at the signing door, a wrong letter at the desk: nothing is recorded, what has to change is "
                "said, and everything that was typed is still there",
                (
                    "tests/web/signing/test_answering.py"
                    "::test_what_can_not_be_recorded_comes_back_whole_with_one_press_to_send_again",
                    DESK + "test_letters.py::test_what_has_to_change_is_said_and_everything_typed_stays",
                ),
                (_by("typed_stays"),),
            ),
            Drill(
                "Bytes that are no UTF-8 in forms of the desk, the signing door and the entrance",
                ("tests/web/test_sent.py",),
                (
                    _by(
                        "text_alone",
                        "tests/web/test_sent.py::test_the_desk_refuses_it",
                        "tests/web/test_sent.py::test_the_signing_door_refuses_it",
                        "tests/web/test_sent.py::test_the_entrance_refuses_it",
                    ),
                ),
            ),
            Drill(
                "A form of 10,000 parts from a stranger",
                (
                    "tests/web/public/test_asking.py::test_ten_thousand_parts_are_refused_in_words",
                    SLOW + "test_each_bound_is_said_in_words_and_in_the_language_of_who_reads",
                ),
                (_by("parts"),),
            ),
            Drill(
                "An upload of 100 MB",
                (
                    DESK + "test_bringing.py::test_a_hundred_megabytes_are_answered_in_words",
                    SLOW + "test_more_than_is_taken_is_not_read_announced_or_in_pieces",
                ),
                (_by("size"),),
            ),
            Drill(
                "Cells that begin a formula, in a CSV file that we write and in a list that is brought",
                (
                    "tests/intake/test_sheet.py::test_a_cell_that_we_write_never_starts_a_formula",
                    DESK + "test_directory.py::test_a_formula_is_taken_as_words",
                ),
                (_by("formulas", "tests/intake/test_sheet.py::test_a_cell_that_we_write_never_starts_a_formula"),),
            ),
            Drill(
                "Line breaks in names and addresses on their way into a mail's headers",
                (
                    "tests/emails/test_compose.py::test_no_line_break_gets_into_a_header",
                    "tests/web/public/test_asking.py::test_no_address_brings_a_header_or_a_second_recipient",
                ),
                (_by("line_breaks", "tests/emails/test_compose.py::test_no_line_break_gets_into_a_header"),),
            ),
            Drill(
                "Names that look alike, and sister organisations that only nearly do",
                ("tests/intake/test_lookalikes.py",),
                (
                    _by(
                        "look_alikes",
                        "tests/intake/test_lookalikes.py::test_one_organisation_written_in_two_ways_is_suspected",
                    ),
                ),
            ),
            Drill(
                "Zip bombs, also one that lies about its size, as workbooks and as documents",
                (
                    WORKBOOK + "test_a_zip_bomb_is_refused_before_it_is_unpacked",
                    WORKBOOK + "test_a_zip_bomb_that_lies_about_its_size_is_refused",
                    "tests/intake/documents/test_refusals.py::test_what_is_no_honest_text_is_refused_by_its_reason",
                ),
                (_by("bombs", WORKBOOK + "test_a_zip_bomb_is_refused_before_it_is_unpacked"),),
            ),
        ),
    ),
)
"""In the order of SAFETY §4."""
