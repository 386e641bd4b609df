"""A conversation: the second question is understood by the first, also the next day; citations are bytes of the files."""
import chat
import cookbook
from cookbook import MODEL

PUMP = "# Pumps\n\nThe pump is oiled on Mondays. It holds 2.5 litres of oil.\n\n# Fences\n\nThe fence is painted green.\n"


class Conversation(chat.ChatRecipe):
    def setUp(self):
        super().setUp()
        self.docs = self.folder / "docs"
        self.docs.mkdir()
        (self.docs / "pump.md").write_text(PUMP)
        self.server.say = self.say

    @staticmethod
    def say(prompt):
        if "The question that comes next" in prompt:
            return "How much oil does the pump hold?"
        return "It holds 2.5 litres of oil [1]." if "how much" in prompt.lower() else "The pump is oiled on Mondays [1]."

    def talk(self, name, *questions):
        return self.run_recipe(MODEL, "talk.db", self.docs, name, stdin="".join(f"{question}\n" for question in questions))

    def asked(self):
        return [[message["content"] for message in request["messages"]] for request in self.server.asked]

    def test_an_answer_cites_the_sentence_it_is_from(self):
        out = self.talk("pumps", "when is the pump oiled")
        self.assertIn("> The pump is oiled on Mondays [1].\n  [1] docs/pump.md, bytes", out)
        self.assert_cited(out, self.docs)
        self.assertIn("The pump is oiled on Mondays.\n", out.split("bytes")[1])

    def test_it_goes_on_and_goes_on_tomorrow(self):
        out = self.talk("pumps", "when is the pump oiled", "and how much of it?")
        self.assertIn("> It holds 2.5 litres of oil [1].\n  searched for: How much oil does the pump hold?\n", out)
        before = len(self.server.asked)
        self.talk("pumps", "and how much in winter?")
        said = "\n".join(self.asked()[-1])
        self.assertIn("when is the pump oiled", said)
        self.assertIn("It holds 2.5 litres of oil", said)
        self.assertEqual(len(self.server.asked), before + 2, "the question was rewritten")
        self.assertNotIn("searched for", self.talk("another", "how much paint is needed"))
        self.assertEqual(len(self.asked()[-1]), 2, "the system's message and the question")

    def test_a_first_question_is_answered_again_without_the_model(self):
        self.talk("monday", "when is the pump oiled")
        out = self.talk("tuesday", "When is the pump oiled?")
        self.assertIn("The pump is oiled on Mondays [1].\n  said before", out)
        self.assertEqual(len(self.server.asked), 1)
        (self.docs / "pump.md").write_text(PUMP.replace("Mondays", "Fridays"))
        self.assertNotIn("said before", self.talk("wednesday", "when is the pump oiled"))

    def test_what_is_made_up_is_told(self):
        self.server.say = lambda prompt: "It holds 95 litres of oil [1]. It is blue [7]."
        out = self.talk("pumps", "how much oil does the pump hold")
        self.assertRegex(out, r"check: .*95")
        self.assertRegex(out, r"check: .*\[7\]")

    def test_a_server_that_is_away_ends_an_answer_and_not_the_conversation(self):
        self.server.faults = [400]
        out = self.talk("pumps", "when is the pump oiled", "", "when is the pump oiled")
        self.assertEqual(out.count("no answer: "), 1)
        self.assertIn("The pump is oiled on Mondays [1].", out.split("no answer")[1])

    def test_without_a_model_there_are_passages(self):
        self.without_a_model()
        out = self.talk("pumps", "when is the pump oiled")
        self.assertEqual(self.assert_cited(out, self.docs)[0], "docs/pump.md")
        self.refuses("usage: 08_conversation", MODEL, code=2)


if __name__ == "__main__":
    cookbook.main()
