import type { KeyShape } from './key-shape.ts'

/** `s.` and what can follow it, but no end of a sentence. */
const EARLY_VAULT = ['s', 'b', 'r'].flatMap((head) =>
  [...'abcdefghijklmnopqrstuvwxyz0'].map((next) => `${head}.${next}`),
)

/** Keys of clouds, databases, secret stores and machines. */
export const cloudKeys: readonly KeyShape[] = [
  [
    '1password',
    ['ops_eyj', 'a0-'],
    /ops_eyJ[A-Za-z0-9+/=]{100,2000}|A3-[A-Z0-9]{6}-[A-Z0-9]{6}-?[A-Z0-9]{5}(?:-[A-Z0-9]{5}){2,3}/,
  ],
  ['age', ['age-secret-key-'], /AGE-SECRET-KEY-1[0-9A-Z]{58}/],
  ['aiven', ['avns_'], /AVNS_[\w-]{19}(?![\w-])/],
  ['alibaba', ['ltai'], /LTAI[A-Za-z0-9]{12,24}(?![A-Za-z0-9])/, 'weak'],
  [
    'aws-access-key',
    ['akia', 'asia', 'abia', 'acca', 'a0t'],
    /(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])/,
  ],
  ['aws-appsync', ['da0-'], /da2-[a-z0-9]{26}(?![a-z0-9])/],
  ['aws-bedrock', ['absk', 'bedrock-api-key-'], /ABSK[A-Za-z0-9+/]{100,280}={0,2}|bedrock-api-key-[\w+/=%-]{24,1000}/],
  ['aws-mws', ['amzn.mws.'], /amzn\.mws\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/],
  ['azure-client-secret', ['0q~'], /[\w.~]{3}\dQ~[\w.~-]{31,34}/],
  ['azure-function', ['azfu'], /[\w-]{44}AzFu[\w-]{5}[AQgw]==/],
  [
    'azure-storage',
    ['+ast', '+amc', '+aba', '+asb', '+aeh', '+arm', 'aiot', 'acdb', '+acr', 'azse', 'apim'],
    /[\w+/-]{33,80}(?:\+(?:ASt|AMC|ABa|ASb|AEh|ARm|ACR)|AIoT|ACDb|AzSe|APIM)[\w+/-]{5,8}(?:==|=)?/,
  ],
  ['clickhouse', ['0b0d'], /4b1d[A-Za-z0-9]{38}(?![A-Za-z0-9])/],
  ['cloudflare', ['v0.0-', 'cfut_', 'cfat_', 'cfk_'], /v1\.0-[a-f0-9]{24}-[a-f0-9]{146}|cf(?:ut|at|k)_[\w-]{40,60}/],
  ['databricks', ['dapi'], /dapi[a-f0-9]{32}(?:-\d)?/],
  ['defined-networking', ['dnkey-'], /dnkey-[\w=-]{26}-[\w=-]{52}/],
  ['deno', ['ddp_', 'ddw_'], /dd[pw]_[A-Za-z0-9]{36}/],
  ['digitalocean', ['_v0_'], /do[opr]_v1_[a-f0-9]{64}/i],
  ['doppler', ['dp.'], /dp\.(?:ct|pt|st|sa|scim|audit)(?:\.[\w-]{2,35})?\.[A-Za-z0-9]{40,44}/],
  ['flyio', ['fm0', 'fo0_'], /fo1_[\w-]{43}|fm(?:1[ar]|2)_[A-Za-z0-9+/]{80,2000}={0,3}/],
  ['gcp-api-key', ['aiza'], /AIza[\w-]{35}(?![\w-])/],
  ['gcp-oauth-secret', ['gocspx-'], /GOCSPX-[\w-]{28}/],
  ['gcp-oauth-token', ['ya00.'], /ya29\.[\w-]{20,1000}/],
  ['hashicorp-terraform', ['.atlasv0.'], /[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,70}/],
  ['hashicorp-vault', ['hvs.', 'hvb.', 'hvr.'], /hv[sbr]\.[\w-]{24,300}/],
  [
    'hashicorp-vault-early',
    EARLY_VAULT,
    /[sbr]\.(?=[A-Za-z]{0,20}\d)(?=[A-Za-z0-9]{0,22}\d[A-Za-z]{1,22}\d)[A-Za-z0-9]{24}(?![\w(.])/,
    'weak',
  ],
  ['heroku', ['hrku-'], /HRKU-[\w-]{36,64}/],
  ['infisical', ['st.'], /st\.[a-f0-9]{24}\.[a-f0-9]{32}\.[a-f0-9]{32}/],
  [
    'kubernetes-bootstrap',
    ['token', 'kubeadm'],
    /(?<=(?:token|kubeadm)[ =:"']{1,4}|--token[ =])[a-z0-9]{6}\.[a-z0-9]{16}(?![a-z0-9])/,
    'weak',
  ],
  ['neon', ['napi_'], /napi_[a-z0-9]{60,68}/],
  ['netlify', ['nfp_', 'nfc_', 'nfo_'], /nf[pco]_[A-Za-z0-9]{36}/],
  ['openshift', ['sha000~'], /sha256~[\w-]{43}/],
  ['planetscale', ['pscale_'], /pscale_(?:tkn|oauth|pw)_[\w=.-]{32,64}/i],
  ['pulumi', ['pul-'], /pul-[a-f0-9]{40}/],
  ['render', ['rnd_'], /rnd_[A-Za-z0-9]{28,36}(?![A-Za-z0-9])/],
  ['scaleway', ['scw'], /SCW(?=[A-Z]{0,16}\d)[A-Z0-9]{17}(?![A-Za-z0-9])/, 'weak'],
  ['scalingo', ['tk-us-'], /tk-us-[\w-]{48}/],
  ['supabase', ['sbp_', 'sb_'], /sbp_[a-f0-9]{40}|sb_(?:secret|publishable)_[\w-]{20,64}/],
  ['tailscale', ['tskey-'], /tskey-[a-z]{2,10}-[\w-]{16,80}/],
  ['tencent', ['akid'], /AKID(?=[A-Za-z]{0,31}\d)[A-Za-z0-9]{32}(?![A-Za-z0-9])/],
  ['vercel', ['vcp_', 'vck_', 'vca_', 'vci_', 'vcr_'], /vc[pkair]_[A-Za-z0-9]{24,64}/],
  ['yandex', ['aqvn', 't0.'], /AQVN[\w-]{35,38}|t1\.[\w=-]{1,200}\.[\w-]{86}={0,2}/],
]
