/** The nonce of this page: libraries that make style sheets mark them with it, and the page's policy lets them. */
export function pageNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''
}
