;; interrupts are turned off and on in S-mode, where nothing is pending; both take their stall off the budget
;;
;;   csrrci a0, sstatus, 2
;;   andi a0, a0, 2
;;   csrrs zero, sstatus, a0
;;   ecall

(local.set $a0 (i64.load $X[10]))
(local.set $tlb (i32.load $TLB_BASE))
(local.set $dataContext (i64.load $DATA_CONTEXT))
(local.set $fetchContext (i64.load $FETCH_CONTEXT))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.set $entry (i32.const 0))
      (local.set $left (i32.sub (local.get $left) (i32.const 3)))
      (i32.ne (i32.load $PRIV) (i32.const 1))
      (local.set $code (i32.const 7))
      (br_if $3)
      (local.set $scratch0
        (i64.load offset=$CSR_VSSTATUS
          (local.tee $word0 (select (i32.const 0) (i32.const 64) (i32.load $VIRT)))))
      (local.set $scratch1
        (i64.or
          (i64.or
            (i64.and
              (local.get $scratch0)
              (select (i64.const -1) (i64.const 811298) (i32.load $VIRT)))
            (i64.const 8589934592))
          (select
            (i64.const -9223372036854775808)
            (i64.const 0)
            (i64.eq (i64.and (local.get $scratch0) (i64.const 24576)) (i64.const 24576)))))
      (local.set $scratch2
        (i64.and
          (i64.and (local.get $scratch1) (i64.xor (i64.const 2) (i64.const -1)))
          (i64.const 811298)))
      (i64.store offset=$CSR_VSSTATUS
        (local.get $word0)
        (i64.or
          (i64.and
            (local.get $scratch0)
            (i64.xor (select (i64.const -1) (i64.const 811298) (i32.load $VIRT)) (i64.const -1)))
          (local.get $scratch2)))
      (local.set $a0 (local.get $scratch1))
      (local.set $left (i32.sub (local.get $left) (i32.const 7)))
      (i32.store $STALLED (i32.add (i32.load $STALLED) (i32.const 7)))
      (local.set $a0 (i64.and (local.get $a0) (i64.const 2)))
      (i32.ne (i32.load $PRIV) (i32.const 1))
      (local.set $code (i32.const 1027))
      (br_if $3)
      (local.set $scratch0
        (i64.load offset=$CSR_VSSTATUS
          (local.tee $word0 (select (i32.const 0) (i32.const 64) (i32.load $VIRT)))))
      (local.set $scratch1
        (i64.or
          (i64.or
            (i64.and
              (local.get $scratch0)
              (select (i64.const -1) (i64.const 811298) (i32.load $VIRT)))
            (i64.const 8589934592))
          (select
            (i64.const -9223372036854775808)
            (i64.const 0)
            (i64.eq (i64.and (local.get $scratch0) (i64.const 24576)) (i64.const 24576)))))
      (local.set $scratch2
        (i64.and (i64.or (local.get $scratch1) (local.get $a0)) (i64.const 811298)))
      (i64.ne
        (i64.and (i64.xor (local.get $scratch1) (local.get $scratch2)) (i64.const 811008))
        (i64.const 0))
      (local.set $code (i32.const 1027))
      (br_if $3)
      (select
        (i32.const 0)
        (i32.wrap_i64
          (i64.and
            (i64.and (i64.xor (local.get $scratch1) (i64.const -1)) (local.get $scratch2))
            (i64.const 2)))
        (i32.load $QUIET))
      (local.set $code (i32.const 1027))
      (br_if $3)
      (i64.store offset=$CSR_VSSTATUS
        (local.get $word0)
        (i64.or
          (i64.and
            (local.get $scratch0)
            (i64.xor (select (i64.const -1) (i64.const 811298) (i32.load $VIRT)) (i64.const -1)))
          (local.get $scratch2)))
      (drop (local.get $scratch1))
      (local.set $left (i32.sub (local.get $left) (i32.const 7)))
      (i32.store $STALLED (i32.add (i32.load $STALLED) (i32.const 7)))
      (local.set $code (i32.const 1537))
      (br $3)
    end
    (local.set $pc
      (i64.add
        (local.get $base)
        (i64.extend_i32_s (i32.shl (i32.shr_s (local.get $code) (i32.const 8)) (i32.const 1)))))
    (local.set $left
      (i32.add
        (local.get $left)
        (i32.and (i32.shr_u (local.get $code) (i32.const 1)) (i32.const 127))))
    (local.set $kind (i32.and (local.get $code) (i32.const 1)))
    (br $1)
  end
  (i32.store $JUMPED_FROM (i32.add (i32.wrap_i64 (local.get $base)) (local.get $jump)))
  (local.set $pc (i64.and (local.get $pc) (i64.const -2)))
end
(i64.store $X[10] (local.get $a0))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
