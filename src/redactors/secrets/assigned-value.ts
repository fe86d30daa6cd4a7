import type { Trust } from './secret-name.ts'
import { entropy, isGenerated, isIdentifier, isStandIn, looksRandom } from './strength.ts'

/**
 * Whether what is assigned to a name is a secret. After that of a password nearly any value counts; after a weaker name it
 * must look generated.
 */
export function isAssignedSecret(value: string, name: string, trust: Trust, quoted: boolean): boolean {
  if (value.length < (trust !== 'surely' ? 8 : quoted ? 3 : 4) || isStandIn(value.trim())) return false
  if (value.toLowerCase() === name.toLowerCase()) return false
  // code that fetches it, a place where it lies, a selector, a piece of a concatenation
  if (/^[A-Za-z_$][\w$]{0,64}(?:(?:\.|->|::)[\w$]{1,64}){0,8}[([]/.test(value)) return false
  if (/^(?:https?:\/\/|\.{0,2}\/[a-z]|arn:)/i.test(value) && !/[?&=]/.test(value)) return false
  if (quoted && /^#[A-Za-z][\w-]*$|^[.+]\s?(?:new\s)?\$?\w+[[(.]|^[,;)]/.test(value)) return false
  // a cast, a reference, the field of a request
  if (!quoted && /^\([^)]*$|^&[a-z]+$|^\\?\$\w+(?:\[|->|::)/.test(value)) return false
  // a sentence about it
  if (trust === 'surely') return !quoted || !/^\S+(?:\s+\S+){3,}$|^\s|^[A-Za-z ]+[:?]$/.test(value)
  if (/\s/.test(value) || (/^\w+(?:\.[a-z_]\w*)+$/i.test(value) && !/\d/.test(value))) return false
  return (
    looksRandom(value) &&
    !(trust === 'perhaps' && isIdentifier(value)) &&
    (trust === 'likely' ||
      (value.length >= 20 && entropy(value) >= 3 && !/[.:/]/.test(value)) ||
      (isGenerated(value) && entropy(value) >= 3.3 && !/^\w+:|:\/\/|^\/|[./]\w{1,5}$/.test(value)))
  )
}

/** Whether a password without quotes is one, and not a variable, a type or the next word of a sentence. */
export function standsAlone(value: string, joint: string, before: string, after: string): boolean {
  if (/^\d+$/.test(value)) return value.length >= 4 && !/^\.\d/.test(after)
  if (!/\d/.test(value) && /^[A-Za-z_]\w*(?:(?:\.|->|::)[A-Za-z_]\w*)+$/.test(value)) return false
  if (!/^[A-Za-z_]+$/.test(value)) return /[A-Za-z0-9]/.test(value)
  // letters alone: one case throughout, and longer than a name
  if (value.length >= 32 && !value.includes('_') && /^(?:[a-z]+|[A-Z]+)$/.test(value)) return entropy(value) >= 3
  // in a connection string
  if (/^;\s?[A-Z][\w ]{1,30}=/i.test(after)) return true
  // beside the name of a user, as in a file of settings
  if (besideUser(value, before, after)) return true
  // a setting on its own line or in a list of settings, not the argument or variable of a program
  if (/^\s/.test(joint.replace(/^["'`\])\\]+/, '')) || (/=\s/.test(joint) && !/:/.test(joint))) return false
  if (/[(,]\s*\w*$/.test(before) && /^\s*[,)]/.test(after)) return false
  return /^(?:\s*(?:$|[\r\n]|#|\/\/)|[;&"'`<,}]|\s\w+=)/.test(after)
}

/** Whether a setting of the lines before names a user by a literal, so that a word on the line of the password is one too. */
function besideUser(value: string, before: string, after: string): boolean {
  if (/pass|pwd|secret|user|token|param|args|config|input|value/i.test(value) || !/^\s*(?:$|[\r\n;&"])/.test(after))
    return false
  return /(?:^|[\s$;"'])(?:user(?:_?name|_?id)?|login|uid)["']?\s{0,8}[=:]\s{0,8}["']?[\w.@-]{2,40}["']?\s{0,4};?[^=]{0,40}$/i.test(
    before,
  )
}
