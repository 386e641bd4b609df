"""The runner itself: what is wrong in an answer fails, what is right passes."""
import contextlib
import io
import sys
import unittest

from configurations import CONFIGURATIONS
from expect import Mismatch, alike, check, compare
from run import LACKS, Report
from script import ScriptError, fill, generated_vector, read_script, split_arguments

HITS = [{"id": "a", "score": 0.5, "distance": 1.0, "metadata": {"n": 1}, "vector": [0.1, 1.0]}, {"id": "b", "score": 0.25, "distance": 3.0}]


def expectation(text):
    return read_script("x", f"# a script\nquery docs\nexpect {text}\n").steps[0].expectations[0]


def holds(text, answer=None, error=None):
    outcome = {"error": error} if error else {"answer": HITS if answer is None else answer}
    try:
        check(expectation(text), outcome, {"t": 5}, lambda: HITS)
    except Mismatch:
        return False
    return True


class Expectations(unittest.TestCase):
    def test_each_form_holds_for_what_is_right_and_for_nothing_else(self):
        right = ['ids ["a", "b"]', "scores [0.5, 0.250001]", "distances [1, 3]", "length 2", '/0/id "a"', "/0/score ~ 0.5", "/1/metadata absent",
                 "/0/metadata {\"n\": 1}", "/0/vector [0.1, 1]", "recall 1.0"]
        wrong = ['ids ["b", "a"]', 'ids ["a"]', "scores [0.5]", "scores [0.5, 0.26]", "distances [1, 2]", "length 3", '/0/id "b"', "/0/score ~ 0.51",
                 "/0/metadata absent", '/0/metadata {"n": 1.0}', '/0/metadata {"n": 1, "m": 2}', "/0/vector [0.1, 2]", "/2/id \"c\""]
        for text in right:
            self.assertTrue(holds(text), text)
        for text in wrong:
            self.assertFalse(holds(text), text)

    def test_numbers_keep_their_kind_and_true_is_no_number(self):
        self.assertTrue(holds("1", 1))
        self.assertFalse(holds("1", 1.0))
        self.assertFalse(holds("1", True))
        self.assertTrue(holds("<t>", 5))

    def test_recall_counts_what_was_found_of_the_exact_answer(self):
        self.assertTrue(holds("recall 0.5", HITS[:1]))
        self.assertFalse(holds("recall 0.6", HITS[:1]))

    def test_records_are_compared_without_their_stamps_alone(self):
        stored = [{"id": "a", "version": 7, "created_at": 1, "expires_at": 9}]
        self.assertTrue(holds('records [{"id": "a", "expires_at": 9}]', stored))
        self.assertFalse(holds('records [{"id": "a"}]', stored))

    def test_an_error_has_the_code_and_all_words(self):
        error = {"code": "not_found", "message": "no record 'b'"}
        self.assertTrue(holds('error not_found "record" "B"', error=error))
        self.assertFalse(holds('error not_found "collection"', error=error))
        self.assertFalse(holds("error aborted", error=error))
        self.assertTrue(holds("error aborted", error={"code": ["unknown", "aborted"], "message": ""}))


class Comparison(unittest.TestCase):
    def test_answers_of_two_surfaces_differ_by_a_tolerance_and_by_stamps_alone(self):
        self.assertTrue(alike({"score": 0.5, "version": 1}, {"score": 0.5000001, "version": 2}))
        self.assertFalse(alike({"score": 0.5}, {"score": 0.51}))
        self.assertFalse(alike({"n": 1}, {"n": 1.0}))
        self.assertFalse(alike({"text": "a"}, {}))
        self.assertFalse(alike([1], [1, 1]))

    def test_errors_of_two_surfaces_have_one_code(self):
        compare({"error": {"code": "aborted"}}, {"error": {"code": ["unknown", "aborted"]}})
        with self.assertRaises(Mismatch):
            compare({"error": {"code": "aborted"}}, {"error": {"code": "not_found"}})


class Scripts(unittest.TestCase):
    def test_arguments_are_json_or_words_and_broken_json_reaches_to_the_end(self):
        self.assertEqual(split_arguments('docs {"a": "x y"} [1, 2] 5 true'), ['"docs"', '{"a": "x y"}', "[1, 2]", "5", "true"])
        self.assertEqual(split_arguments("docs [1, 2 3"), ['"docs"', "[1, 2 3"])

    def test_placeholders(self):
        self.assertEqual(fill('{"v": <v>, "s": "<times 3 ab>"} <none>', {"v": [1]}), '{"v": [1], "s": "ababab"} <none>')
        self.assertEqual(fill("<vector 1 2>", {}), str(generated_vector(1, 2)))

    def test_generated_vectors_are_those_of_every_language(self):
        self.assertEqual(generated_vector(5, 3), [-0.9244905710220337, -0.28148019313812256, 0.9847803115844727])

    def test_a_script_that_cannot_fail_or_says_nothing_of_itself_is_refused(self):
        for text in ("create docs\nexpect 1\n", "# only steps\ncreate docs\n", "# early\nexpect 1\n", "# no reason\nonly cpp\ncreate docs\nexpect 1\n"):
            with self.assertRaises(ScriptError):
                read_script("x", text)

    def test_lines_that_begin_with_a_space_continue(self):
        step = read_script("x", "# t\nupsert docs\n  {\"id\":\n  \"a\"}\nexpect 1\n").steps[0]
        self.assertEqual(step.arguments, ['"docs"', '{"id": "a"}'])


# Answers each verb in a way of its own.
FAKE = """
import sys
for line in sys.stdin:
    verb = line.split("\\t")[0].strip()
    if verb == "die": sys.exit(3)
    print({"lack": '{"lacks": "lack"}', "fail": '{"error": {"code": "aborted", "message": "no"}}'}.get(verb, '{"answer": %s}' % ANSWER), flush=True)
"""


def failures(*scripts, name="cpp", answer=1, references=None):
    """How many of the scripts fail on a surface that answers everything so."""
    corpus = [read_script(f"s{i}", f"# a script\n{text}\n") for i, text in enumerate(scripts)]
    report = Report()
    with contextlib.redirect_stdout(io.StringIO()):
        command = [sys.executable, "-c", FAKE.replace("ANSWER", repr(str(answer)))]
        outcomes = report.run(name, command, CONFIGURATIONS["plain"], corpus, references or {})
    return report.failed, outcomes


class Running(unittest.TestCase):
    def test_right_answers_pass_and_wrong_ones_fail(self):
        self.assertEqual(failures("ask\nexpect 1", "ask\nexpect 2")[0], 1)

    def test_a_step_fails_when_and_only_when_it_should(self):
        self.assertEqual(failures("fail\nask\nexpect 1")[0], 1)
        self.assertEqual(failures("fail\nexpect error aborted")[0], 0)
        self.assertEqual(failures("ask\nexpect error aborted")[0], 1)

    def test_a_surface_may_lack_what_is_listed_and_nothing_else(self):
        self.assertEqual(failures("lack\nexpect 1")[0], 1)
        LACKS["other"] = {"lack"}
        self.assertEqual(failures("lack\nexpect 1", name="other")[0], 0)

    def test_a_surface_that_ends_fails_its_script_alone(self):
        self.assertEqual(failures("die\nexpect 1", "ask\nexpect 1", "die\nexpect 1")[0], 2)

    def test_what_no_script_expects_is_compared_with_the_reference(self):
        script = "ask\nask\nexpect /x absent"
        reference = failures(script, answer='{"a": 1}')[1]
        self.assertEqual(failures(script, answer='{"a": 1}', references=reference)[0], 0)
        self.assertEqual(failures(script, answer='{"a": 2}', references=reference)[0], 1)

    def test_a_script_is_left_to_the_surfaces_that_it_names(self):
        self.assertEqual(failures("only cli: because\nask\nexpect 2")[0], 0)


class Configurations(unittest.TestCase):
    def test_options_of_the_script_come_first(self):
        self.assertEqual(CONFIGURATIONS["sq8"].options({"quantization": "sq4"})["quantization"], "sq4")
        self.assertEqual(CONFIGURATIONS["sq8"].options({"hnsw": {"m": 8}})["hnsw"], {"m": 8, "min_rows": 8})

    def test_only_what_can_have_a_graph_gets_one(self):
        for given in ({"kind": "binary"}, {"metric": "manhattan"}, {"kind": "sparse", "metric": "dot"}):
            self.assertEqual(CONFIGURATIONS["sq8"].options(given), given)
        self.assertEqual(CONFIGURATIONS["sq2"].options({"dimension": 191}), {"dimension": 191})
        self.assertNotIn("quantization", CONFIGURATIONS["sq8"].options({"index": "flat"}))


if __name__ == "__main__":
    unittest.main()
