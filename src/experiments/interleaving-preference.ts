/**
 * The preference of one list: 1 if the treatment's items earned more, −1 if the control's did, 0 for a tie. The value of
 * a user is the mean over the user's lists with credit, so that the units are independent:
 * Chapelle, Joachims, Radlinski and Yue, Large-Scale Validation and Analysis of Interleaved Search Evaluation (TOIS
 * 2012), section 4.3.
 */
export function preferenceOfList(controlCredit: number, treatmentCredit: number): -1 | 0 | 1 {
  if (controlCredit === treatmentCredit) return 0
  return treatmentCredit > controlCredit ? 1 : -1
}
