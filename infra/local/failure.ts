/** A reason not to start, or to stop, that is meant for the person at the terminal: its message is printed as it is, without a stack. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}
