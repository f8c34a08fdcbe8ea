// Weights of a search: a page whose title has the words comes before names in the reference. The other numbers are those of Sphinx.
var Scorer = {
  objNameMatch: 11, objPartialMatch: 6, objPrio: { 0: 15, 1: 5, 2: -5 }, objPrioDefault: 0,
  title: 40, partialTitle: 15, term: 5, partialTerm: 2,
};
