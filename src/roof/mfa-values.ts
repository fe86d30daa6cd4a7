import type { Config } from '../config.ts'

/** Values of a token's `acr` or `amr` that tell of more than one factor, as they count. */
export const mfaValues = ({ oidc_mfa_values }: Pick<Config, 'oidc_mfa_values'>): string[] =>
  oidc_mfa_values.split(/[\s,]+/).filter((value) => value !== '')
