#!/usr/bin/env perl
# Verifies without a network that a file is in a transparency log of CPAN:
#
#     perl verify-proof.pl FILE PROOF POLICY [PATH]
#
# PROOF is of the form c2sp.org/tlog-proof with the entry in it, POLICY of c2sp.org/tlog-policy. PATH is where FILE
# is from, authors/id/..., when its own path does not say that: anybody may upload a file of any name. Nothing but
# what comes with perl is used; each signature takes a second or less. Exits 0 when the log has the file, 1 when that
# is not proved, 2 when it was called in another way.
use strict;
use warnings;
use Digest::SHA qw(sha256 sha256_hex sha512);
use File::Basename qw(basename);
use File::Spec ();
use MIME::Base64 qw(encode_base64 decode_base64);
use Math::BigInt try => 'GMP,Pari';

# Seconds that the clock of a witness may be ahead.
use constant MAX_AHEAD => 60;

if (@ARGV != 3 && @ARGV != 4) {
    print STDERR "usage: perl verify-proof.pl FILE PROOF POLICY [PATH]\n";
    exit 2;
}
my ($file, $proof_file, $policy_file, $from) = @ARGV;
($from) = File::Spec->rel2abs($file) =~ m{.*(?<![^/])(authors/id/.+)\z}s unless defined $from;
my $proof  = read_proof(slurp($proof_file));
my $policy = read_policy(slurp($policy_file));

# 1. The entry is of this file.
my ($type) = $proof->{entry} =~ m{\Acpan-log/v1 ([a-z-]+)\n} or refuse('the proof carries no entry that is known');
my ($sha256) = $proof->{entry} =~ /^sha256 ([0-9a-f]{64})$/m or refuse('the entry says no digest');
my ($path)   = $proof->{entry} =~ /^path (\S+)$/m;
my $digest = -f $file && eval { Digest::SHA->new(256)->addfile($file, 'b')->hexdigest };
refuse('there is no such file that can be read') unless $digest;
refuse("$file has the SHA-256 $digest, logged is $sha256") if $digest ne $sha256;
my $name = defined $path ? basename($path) : $type eq 'manifest' ? 'manifest.json' : '';
$name = "$1.json" if $type eq 'advisory' && $proof->{entry} =~ /^id (\S+)$/m;
my $as = $path // $type;
refuse("$file was logged as $as") if defined $from ? $as ne $from || !defined $path : $name ne basename($file);
refuse("it was logged as $as: say so after POLICY if that is where it is from") if defined $path && !defined $from;

# 2. The entry is in the tree of the checkpoint (RFC 9162, 2.1.3.2).
my ($origin, $size, $root) = @{ $proof->{checkpoint} };
my ($node, $last, $hash) = ($proof->{index}, $size - 1, sha256("\0$proof->{entry}"));
refuse('the entry is not in a tree of that size') if $node > $last;
for my $sibling (@{ $proof->{hashes} }) {
    refuse('the proof has too many hashes') if $last == 0;
    if ($node % 2 || $node == $last) {
        $hash = sha256("\1$sibling$hash");
        ($node, $last) = (int($node / 2), int($last / 2)) until $node % 2 || $node == 0;
    }
    else { $hash = sha256("\1$hash$sibling") }
    ($node, $last) = (int($node / 2), int($last / 2));
}
refuse('the entry is not in the tree by this proof') if $last != 0 || $hash ne $root;

# 3. The log signed the checkpoint, and a quorum of witnesses cosigned it.
refuse("no log of the policy signed this for $origin")
    unless grep { $_->{name} eq $origin && signed_by($_) } @{ $policy->{logs} };
my %seen;
for my $name (sort keys %{ $policy->{witnesses} }) {
    my $time = signed_by($policy->{witnesses}{$name});
    $seen{$name} = $time if defined $time;
}
refuse('too few witnesses cosigned it: ' . (join(', ', sort keys %seen) || 'none')) unless met($policy->{quorum});

printf "%s is what was logged\n  logged     %s, as entry %s of %s\n",
    map { printable($_) } $file, $as, $proof->{index}, $origin;
printf "  witnesses  %s\n", join(', ', map { "$_ " . instant($seen{$_}) } sort keys %seen) || 'none';

sub refuse { print printable("$file could not be verified: @_"), "\n"; exit 1 }

# Nothing that a terminal would obey.
sub printable { my ($text) = @_; $text =~ s/[\x00-\x1f\x7f]|\xc2[\x80-\x9f]/?/g; return $text }

sub slurp {
    my ($name) = @_;
    open my $handle, '<:raw', $name or refuse("$name: $!");
    my $length = read $handle, my $bytes, 2_000_001;
    refuse("$name: $!") unless defined $length;
    refuse("$name is too long") if $length > 2_000_000;
    return $bytes;
}

# Each value has one spelling.
sub base64 {
    my ($text) = @_;
    my $bytes = decode_base64($text);
    refuse("no base64: $text") if encode_base64($bytes, '') ne $text;
    return $bytes;
}

sub read_proof {
    my ($text) = @_;
    my ($head, $note) = $text =~ /\A(.*?)\n\n(.*)\z/s or refuse('the proof is cut off, or none');
    my ($first, @lines) = split /\n/, $head, -1;
    refuse('the proof is cut off, or none') if $first ne 'c2sp.org/tlog-proof@v1';
    my $extra = @lines && $lines[0] =~ /\Aextra (.+)\z/ ? base64((shift @lines, $1)[1]) : '';
    my ($index) = (shift @lines // '') =~ /\Aindex (0|[1-9]\d{0,15})\z/ or refuse('the proof has no index');
    my @hashes = map { base64($_) } @lines;
    refuse('the proof has hashes that are none') if grep { length != 32 } @hashes;
    my ($signed, $signatures) = $note =~ /\A(.*\n)\n((?:\xe2\x80\x94 [^ \n]+ \S+\n)+)\z/s
        or refuse('the checkpoint has no signatures');
    my @checkpoint = $signed =~ m{\A([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n\z}
        or refuse('the checkpoint is none');
    $checkpoint[2] = base64($checkpoint[2]);
    my @signatures = map { [ (split / /)[ 1, 2 ] ] } split /\n/, $signatures;
    refuse('the checkpoint has too many signatures') if @signatures > 100;
    return { entry => $extra, index => $index, hashes => \@hashes, checkpoint => \@checkpoint,
        text => $signed, signatures => \@signatures };
}

# As strict as cpansec is: a name, a key and a member count once, and only what is defined above.
sub read_policy {
    my ($text) = @_;
    refuse('the policy is cut off') if $text !~ /\n\z/;
    my %policy = (logs => [], witnesses => {}, groups => {});
    my (%defined, %keys);
    for my $line (split /\n/, $text) {
        my $bad = sub { refuse("no line of a policy, $_[0]: $line") };
        my ($kind, @items) = grep { length } split /[ \t]+/, $line;
        next if !defined $kind || $kind =~ /\A#/;
        if ($kind eq 'log' && (@items == 1 || @items == 2)) {
            my $key = key_of($items[0]);
            $bad->('another kind of key') if $key->{type} != 1 && $key->{type} != 6;
            $bad->('the same key again') if $keys{"log $key->{public}"}++;
            push @{ $policy{logs} }, $key;
        }
        elsif ($kind eq 'witness' && (@items == 2 || @items == 3)) {
            my $key = key_of($items[1]);
            $bad->('another kind of key') if $key->{type} != 4 && $key->{type} != 6;
            $bad->('the same key again') if $keys{"witness $key->{public}"}++;
            $bad->('a name that is taken') if $items[0] eq 'none' || exists $defined{ $items[0] };
            $defined{ $items[0] } = 0;
            $policy{witnesses}{ $items[0] } = $key;
        }
        elsif ($kind eq 'group' && @items > 2) {
            my ($name, $needs, @members) = @items;
            for my $member (@members) {
                $bad->('a member that is not defined above') unless exists $defined{$member};
                $bad->('a member of two groups, or twice of one') if $defined{$member}++;
            }
            $bad->('a name that is taken') if $name eq 'none' || exists $defined{$name};
            $defined{$name} = 0;
            $needs = $needs eq 'all' ? @members : $needs eq 'any' ? 1 : $needs;
            $bad->('a number that cannot be') unless $needs =~ /\A[1-9]\d{0,5}\z/ && $needs <= @members;
            $policy{groups}{$name} = [ $needs, @members ];
        }
        elsif ($kind eq 'quorum' && @items == 1) {
            $bad->('a second one') if defined $policy{quorum};
            $bad->('not defined above') unless $items[0] eq 'none' || exists $defined{ $items[0] };
            $policy{quorum} = $items[0];
        }
        else { $bad->('of no kind') }
    }
    refuse('the policy has no quorum') unless defined $policy{quorum};
    return \%policy;
}

sub key_of {
    my ($name, $id, $key) = split /\+/, shift // '', 3;
    my $bytes = base64($key // '');
    refuse("no verifier key: $name") if unpack('H8', sha256("$name\n$bytes")) ne $id;
    return { name => $name, id => $id, type => ord $bytes, public => substr $bytes, 1 };
}

# The time of a cosignature, 1 for a signature without one; nothing where the key did not sign, or only later than now.
sub signed_by {
    my ($key) = @_;
    my $found;
    for my $signature (@{ $proof->{signatures} }) {
        my ($name, $bytes) = ($signature->[0], base64($signature->[1]));
        next if $name ne $key->{name} || unpack('H8', $bytes) ne $key->{id};
        substr $bytes, 0, 4, '';
        my ($time, $message) = (1, $proof->{text});
        next if $key->{type} == 6;    # ML-DSA-44 is not verified here, so that it counts for nobody
        if ($key->{type} == 4) {
            my ($high, $low) = unpack 'NN', substr $bytes, 0, 8, '';
            $time    = $high * 2**32 + $low;
            $message = "cosignature/v1\ntime $time\n$message";
        }
        refuse("$name did not sign this") unless verify_ed25519($key->{public}, $message, $bytes);
        next if $time > time + MAX_AHEAD;
        $found = $time if !defined $found || $time > $found;
    }
    return $found;
}

sub met {
    my ($name) = @_;
    return 1 if $name eq 'none';
    return exists $seen{$name} unless exists $policy->{groups}{$name};
    my ($needs, @members) = @{ $policy->{groups}{$name} };
    return $needs <= grep { met($_) } @members;
}

sub instant {
    my ($second, $minute, $hour, $day, $month, $year) = gmtime shift;
    return sprintf '%d-%02d-%02dT%02d:%02d:%02dZ', $year + 1900, $month + 1, $day, $hour, $minute, $second;
}

# Ed25519 (RFC 8032, 5.1): points are [X, Y, Z, T] with x = X/Z, y = Y/Z, xy = T/Z.
my ($P, $L, $D, $B);

sub verify_ed25519 {
    my ($public, $message, $signature) = @_;
    return 0 unless length $public == 32 && length $signature == 64;
    $P //= Math::BigInt->new(2)->bpow(255)->bsub(19);
    $L //= Math::BigInt->new(2)->bpow(252)->badd('27742317777372353535851937790883648493');
    $D //= modulo(Math::BigInt->new(121666)->bmodinv($P)->bmul(-121665));
    $B //= point(pack 'H*', '58' . '66' x 31);
    my $key = point($public) or return 0;
    my $s = little(substr $signature, 32);
    return 0 if $s >= $L;
    my $k = little(sha512(substr($signature, 0, 32) . $public . $message))->bmod($L);
    my $minus = [ modulo($P - $key->[0]), $key->[1], $key->[2], modulo($P - $key->[3]) ];
    return encoded(sum($s, $B, $k, $minus)) eq substr $signature, 0, 32;
}

sub modulo { return $_[0]->copy->bmod($P) }
sub little { return Math::BigInt->new('0x' . unpack 'H*', scalar reverse $_[0]) }

# The point of 32 bytes; nothing where there is none.
sub point {
    my ($bytes) = @_;
    my $sign = ord(substr $bytes, 31) >> 7;
    my $y = little(substr($bytes, 0, 31) . chr(ord(substr $bytes, 31) & 127));
    return if $y >= $P;
    my $square = modulo($y * $y);
    my $wanted = modulo(($square - 1) * modulo($D * $square + 1)->bmodinv($P));
    my $x = $wanted->copy->bmodpow(($P + 3) / 8, $P);
    $x = modulo($x * Math::BigInt->new(2)->bmodpow(($P - 1) / 4, $P)) if modulo($x * $x) != $wanted;
    return if modulo($x * $x) != $wanted || ($x->is_zero && $sign);
    $x = $P - $x if $x->is_odd != $sign;
    return [ $x, $y, Math::BigInt->new(1), modulo($x * $y) ];
}

sub plus {
    my ($p, $q) = @_;
    my $a = modulo(($p->[1] - $p->[0]) * ($q->[1] - $q->[0]));
    my $b = modulo(($p->[1] + $p->[0]) * ($q->[1] + $q->[0]));
    my $c = modulo(modulo($p->[3] * $q->[3]) * 2 * $D);
    my $d = modulo($p->[2] * $q->[2] * 2);
    my ($e, $f, $g, $h) = ($b - $a, $d - $c, $d + $c, $b + $a);
    return [ modulo($e * $f), modulo($g * $h), modulo($f * $g), modulo($e * $h) ];
}

# s * p + k * q, bit by bit.
sub sum {
    my ($s, $p, $k, $q) = @_;
    my @s = split //, substr $s->as_bin, 2;
    my @k = split //, substr $k->as_bin, 2;
    unshift @s, 0 while @s < @k;
    unshift @k, 0 while @k < @s;
    my ($zero, $one) = (Math::BigInt->new(0), Math::BigInt->new(1));
    my $result = [ $zero, $one, $one, $zero ];
    my %add = ('10' => $p, '01' => $q, '11' => plus($p, $q));
    for my $i (0 .. $#s) {
        $result = plus($result, $result);
        my $point = $add{"$s[$i]$k[$i]"};
        $result = plus($result, $point) if $point;
    }
    return $result;
}

sub encoded {
    my ($point) = @_;
    my $inverse = $point->[2]->copy->bmodinv($P);
    my ($x, $y) = map { modulo($point->[$_] * $inverse) } 0, 1;
    my $hex = substr $y->as_hex, 2;
    my $bytes = reverse pack 'H*', '0' x (64 - length $hex) . $hex;
    substr($bytes, 31, 1) = chr(ord(substr $bytes, 31) | ($x->is_odd ? 128 : 0));
    return $bytes;
}
