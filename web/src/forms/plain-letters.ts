/** A text with the plain letters of those that have marks, as names of secrets have them: `Größe` becomes `Grosse`. */
export const plainLetters = (text: string): string =>
  text
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
