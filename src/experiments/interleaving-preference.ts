/**
 * What one list says: 1 where the treatment's items earned more, −1 where the control's did, 0 for a tie. A user
 * counts with the mean over the user's lists that earned anything, so that users are the units and are independent:
 * Chapelle, Joachims, Radlinski and Yue, Large-Scale Validation and Analysis of Interleaved Search Evaluation (TOIS
 * 2012), section 4.3.
 */
export function preferenceOfList(controlCredit: number, treatmentCredit: number): -1 | 0 | 1 {
  if (controlCredit === treatmentCredit) return 0
  return treatmentCredit > controlCredit ? 1 : -1
}
