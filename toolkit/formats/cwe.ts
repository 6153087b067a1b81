/**
 * Full names of weaknesses as CWE has them, which CSAF 2.0 asks for beside the id. Not all of them: those that
 * advisories of CPAN name, and their neighbours. https://cwe.mitre.org/
 */
const NAMES: ReadonlyMap<string, string> = new Map(
  `
20 Improper Input Validation
22 Improper Limitation of a Pathname to a Restricted Directory ('Path Traversal')
23 Relative Path Traversal
36 Absolute Path Traversal
59 Improper Link Resolution Before File Access ('Link Following')
61 UNIX Symbolic Link (Symlink) Following
74 Improper Neutralization of Special Elements in Output Used by a Downstream Component ('Injection')
77 Improper Neutralization of Special Elements used in a Command ('Command Injection')
78 Improper Neutralization of Special Elements used in an OS Command ('OS Command Injection')
79 Improper Neutralization of Input During Web Page Generation ('Cross-site Scripting')
88 Improper Neutralization of Argument Delimiters in a Command ('Argument Injection')
89 Improper Neutralization of Special Elements used in an SQL Command ('SQL Injection')
91 XML Injection (aka Blind XPath Injection)
93 Improper Neutralization of CRLF Sequences ('CRLF Injection')
94 Improper Control of Generation of Code ('Code Injection')
95 Improper Neutralization of Directives in Dynamically Evaluated Code ('Eval Injection')
113 Improper Neutralization of CRLF Sequences in HTTP Headers ('HTTP Request/Response Splitting')
116 Improper Encoding or Escaping of Output
117 Improper Output Neutralization for Logs
119 Improper Restriction of Operations within the Bounds of a Memory Buffer
120 Buffer Copy without Checking Size of Input ('Classic Buffer Overflow')
121 Stack-based Buffer Overflow
122 Heap-based Buffer Overflow
125 Out-of-bounds Read
126 Buffer Over-read
127 Buffer Under-read
129 Improper Validation of Array Index
131 Incorrect Calculation of Buffer Size
134 Use of Externally-Controlled Format String
178 Improper Handling of Case Sensitivity
184 Incomplete List of Disallowed Inputs
185 Incorrect Regular Expression
190 Integer Overflow or Wraparound
191 Integer Underflow (Wrap or Wraparound)
193 Off-by-one Error
200 Exposure of Sensitive Information to an Unauthorized Actor
203 Observable Discrepancy
208 Observable Timing Discrepancy
248 Uncaught Exception
250 Execution with Unnecessary Privileges
276 Incorrect Default Permissions
284 Improper Access Control
285 Improper Authorization
287 Improper Authentication
294 Authentication Bypass by Capture-replay
295 Improper Certificate Validation
297 Improper Validation of Certificate with Host Mismatch
311 Missing Encryption of Sensitive Data
312 Cleartext Storage of Sensitive Information
319 Cleartext Transmission of Sensitive Information
321 Use of Hard-coded Cryptographic Key
326 Inadequate Encryption Strength
327 Use of a Broken or Risky Cryptographic Algorithm
328 Use of Weak Hash
330 Use of Insufficiently Random Values
331 Insufficient Entropy
335 Incorrect Usage of Seeds in Pseudo-Random Number Generator (PRNG)
338 Use of Cryptographically Weak Pseudo-Random Number Generator (PRNG)
340 Generation of Predictable Numbers or Identifiers
345 Insufficient Verification of Data Authenticity
346 Origin Validation Error
347 Improper Verification of Cryptographic Signature
352 Cross-Site Request Forgery (CSRF)
354 Improper Validation of Integrity Check Value
362 Concurrent Execution using Shared Resource with Improper Synchronization ('Race Condition')
367 Time-of-check Time-of-use (TOCTOU) Race Condition
377 Insecure Temporary File
378 Creation of Temporary File With Insecure Permissions
379 Creation of Temporary File in Directory with Insecure Permissions
384 Session Fixation
400 Uncontrolled Resource Consumption
401 Missing Release of Memory after Effective Lifetime
407 Inefficient Algorithmic Complexity
409 Improper Handling of Highly Compressed Data (Data Amplification)
415 Double Free
416 Use After Free
426 Untrusted Search Path
427 Uncontrolled Search Path Element
434 Unrestricted Upload of File with Dangerous Type
441 Unintended Proxy or Intermediary ('Confused Deputy')
444 Inconsistent Interpretation of HTTP Requests ('HTTP Request/Response Smuggling')
470 Use of Externally-Controlled Input to Select Classes or Code ('Unsafe Reflection')
476 NULL Pointer Dereference
494 Download of Code Without Integrity Check
502 Deserialization of Untrusted Data
552 Files or Directories Accessible to External Parties
601 URL Redirection to Untrusted Site ('Open Redirect')
611 Improper Restriction of XML External Entity Reference
613 Insufficient Session Expiration
614 Sensitive Cookie in HTTPS Session Without 'Secure' Attribute
617 Reachable Assertion
620 Unverified Password Change
639 Authorization Bypass Through User-Controlled Key
640 Weak Password Recovery Mechanism for Forgotten Password
668 Exposure of Resource to Wrong Sphere
674 Uncontrolled Recursion
706 Use of Incorrectly-Resolved Name or Reference
732 Incorrect Permission Assignment for Critical Resource
754 Improper Check for Unusual or Exceptional Conditions
755 Improper Handling of Exceptional Conditions
763 Release of Invalid Pointer or Reference
770 Allocation of Resources Without Limits or Throttling
772 Missing Release of Resource after Effective Lifetime
776 Improper Restriction of Recursive Entity References in DTDs ('XML Entity Expansion')
787 Out-of-bounds Write
789 Memory Allocation with Excessive Size Value
798 Use of Hard-coded Credentials
804 Guessable CAPTCHA
805 Buffer Access with Incorrect Length Value
824 Access of Uninitialized Pointer
829 Inclusion of Functionality from Untrusted Control Sphere
834 Excessive Iteration
835 Loop with Unreachable Exit Condition ('Infinite Loop')
843 Access of Resource Using Incompatible Type ('Type Confusion')
862 Missing Authorization
863 Incorrect Authorization
908 Use of Uninitialized Resource
915 Improperly Controlled Modification of Dynamically-Determined Object Attributes
917 Improper Neutralization of Special Elements used in an Expression Language Statement ('Expression Language Injection')
918 Server-Side Request Forgery (SSRF)
924 Improper Enforcement of Message Integrity During Transmission in a Communication Channel
943 Improper Neutralization of Special Elements in Data Query Logic
1104 Use of Unmaintained Third Party Components
1188 Initialization of a Resource with an Insecure Default
1286 Improper Validation of Syntactic Correctness of Input
1287 Improper Validation of Specified Type of Input
1321 Improperly Controlled Modification of Object Prototype Attributes ('Prototype Pollution')
1325 Improperly Controlled Sequential Memory Allocation
1333 Inefficient Regular Expression Complexity
1336 Improper Neutralization of Special Elements Used in a Template Engine
1395 Dependency on Vulnerable Third-Party Component
`
    .trim()
    .split('\n')
    .map((line): [string, string] => {
      const blank = line.indexOf(' ');
      return [`CWE-${line.slice(0, blank)}`, line.slice(blank + 1)];
    }),
);

/** The weakness's full name, for `CWE-79`; null where it is not in the table. */
export function cweName(id: string): string | null {
  return NAMES.get(id) ?? null;
}
