/**
 * How a changeset becomes an entry of the CHANGELOGs: the sentence as it was written to users, without hashes, and
 * nothing about the other packages of the release, which all have the same version.
 */
export default {
  getReleaseLine: ({ summary }) => Promise.resolve(`- ${summary.trim().replaceAll('\n', '\n  ')}`),
  getDependencyReleaseLine: () => Promise.resolve(''),
}
