// The files of TLS: the certificate and key of the service, and the authorities of its clients.

import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import type { TlsOptions } from '../http/index.js'
import { ConfigError } from '../settings/index.js'

interface TlsPaths {
  readonly tlsCert: string | null
  readonly tlsKey: string | null
  readonly tlsClientCa: string | null
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g

/**
 * Reads the files. Returns null without TLS.
 * @throws ConfigError for unreadable files, or a certificate and key that do not match
 */
export function readTls({ tlsCert, tlsKey, tlsClientCa }: TlsPaths): TlsOptions | null {
  if (tlsCert === null || tlsKey === null) return null
  const cert = read('--tls-cert', tlsCert)
  const key = read('--tls-key', tlsKey)
  requireCertificates('--tls-cert', tlsCert, cert)
  const ca = tlsClientCa === null ? null : read('--tls-client-ca', tlsClientCa)
  if (tlsClientCa !== null && ca !== null) requireCertificates('--tls-client-ca', tlsClientCa, ca)
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    throw new ConfigError(
      `--tls-cert \`${tlsCert}\`, --tls-key \`${tlsKey}\`: expected a certificate and its ` +
        `private key, without a passphrase: ${(error as Error).message}`,
    )
  }
  return { cert, key, clientCa: ca }
}

export const pathsOf = ({ tlsCert, tlsKey, tlsClientCa }: TlsPaths): readonly string[] =>
  [tlsCert, tlsKey, tlsClientCa].filter(path => path !== null)

function read(flag: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigError(`${flag}: expected a file: ${(error as Error).message}`)
  }
}

/** Refuses files without certificates, which Node would ignore silently. */
function requireCertificates(flag: string, path: string, text: string): void {
  const found = text.match(CERTIFICATE) ?? []
  try {
    for (const each of found) new X509Certificate(each)
    if (found.length > 0) return
  } catch {
    // The error below reports it.
  }
  throw new ConfigError(`${flag} \`${path}\`: expected certificates as PEM`)
}
