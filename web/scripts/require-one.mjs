/** The one file of a build that a script needs. */

/**
 * Find the only name that fits.
 *
 * @param {string[]} names
 * @param {RegExp} pattern
 * @returns {string}
 */
export function requireOne(names, pattern) {
  const [name, ...others] = names.filter((each) => pattern.test(each));
  if (name !== undefined && others.length === 0) return name;
  const found = name === undefined ? 'none' : [name, ...others].join(', ');
  throw new Error(`Expected one file like ${pattern}; received ${found}. Fit the script to the build.`);
}
