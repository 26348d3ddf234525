/** The nonce of this page. The Content-Security-Policy allows only style sheets that have it. */
export function pageNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''
}
