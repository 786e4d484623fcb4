/** The dictionaries that opencc-js ships one by one, `traditional simplified` separated by `|`; the package has no types for them. */
declare module 'opencc-js/dict/*' {
  const dictionary: string;
  export default dictionary;
}
