// Weights of a search, those of Sphinx; but a title that holds the words as they stand comes before all that holds some of them.
var Scorer = {
  score: ([, , , , score, , kind]) => kind === "title" ? score + 30 : score,
  objNameMatch: 11, objPartialMatch: 6, objPrio: { 0: 15, 1: 5, 2: -5 }, objPrioDefault: 0,
  title: 15, partialTitle: 7, term: 5, partialTerm: 2,
};
